package tex

import "strings"

// table reads "name text name text …" and puts a backslash before the names.
func table(pairs string) map[string]string {
	out := map[string]string{}
	f := strings.Fields(pairs)
	for i := 0; i+1 < len(f); i += 2 {
		out[`\`+f[i]] = f[i+1]
	}
	return out
}

// signs are operators, relations, arrows, brackets and the signs TeX keeps for itself.
var signs = table(`times × div ÷ cdot ⋅ ast ∗ star ⋆ pm ± mp ∓ circ ∘ bullet ∙ degree °
	le ≤ leq ≤ leqslant ≤ ge ≥ geq ≥ geqslant ≥ ne ≠ neq ≠ lt < gt > approx ≈ equiv ≡ sim ∼ simeq ≃ cong ≅ propto ∝
	in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ cup ∪ cap ∩ setminus ∖ emptyset ∅ varnothing ∅
	to → rightarrow → leftarrow ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ implies ⇒ iff ⇔ mapsto ↦
	uparrow ↑ downarrow ↓ forall ∀ exists ∃ neg ¬ lnot ¬ land ∧ wedge ∧ lor ∨ vee ∨ therefore ∴ because ∵
	angle ∠ triangle △ square □ Box □ perp ⊥ parallel ∥ mid ∣ nmid ∤ ldots … dots … cdots ⋯ vdots ⋮ colon :
	sum ∑ prod ∏ int ∫ partial ∂ nabla ∇ infty ∞ prime ′ checkmark ✓
	lbrace { rbrace } langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ vert | lvert | rvert | Vert ‖ backslash \
	{ { } } % % $ $ # # & & _ _ | ‖ / /`)

// letters are Greek ones, and the names of functions.
var letters = table(`alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ
	lambda λ mu μ nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω
	Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω ell ℓ hbar ℏ
	sin sin cos cos tan tan cot cot sec sec csc csc arcsin arcsin arccos arccos arctan arctan sinh sinh cosh cosh tanh tanh
	log log ln ln lg lg exp exp lim lim max max min min gcd gcd lcm lcm det det dim dim mod mod bmod mod`)

// accents stand above what they take.
var accents = table(`overline ‾ bar ¯ vec → overrightarrow → hat ^ widehat ^ tilde ~ dot ˙ ddot ¨`)

// spaces are widths in em; "" is as wide as a space between words.
var spaces = map[string]string{`\,`: "0.17em", `\:`: "0.22em", `\>`: "0.22em", `\;`: "0.28em", `\!`: "0em", `\ `: "", `\quad`: "", `\qquad`: ""}
