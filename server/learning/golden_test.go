package learning

// What rules must give to the last digit, on every processor and in every release: a box that differs would choose other
// questions than its peers. Change these only with a rule, on purpose.
const (
	goldenChances  = 0xcedd5daec98402e
	goldenRatings  = "{692596 500} {503511 98} {-144825 102} {526392 104} {-2997 96} {-12868 100}"
	goldenMemories = 0x4166204f0ea5934f
	goldenPicks    = 0x1230a13f89c7d955
)
