package marking_test

// What seed 42 of the template and seed 7 of the order item gave when the package was first written.
const (
	wantDraw42 = "Musa has 3 and 0.3: {{{1}}} ●●● = 3.3; 3 + 0.3 = 3.3, 0.33"
	wantOrder7 = "adcb"
)
