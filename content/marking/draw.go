package marking

import (
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"slices"

	"lamplight/content"
)

// maxDraws is how often the lets are drawn before the conditions are held to be impossible.
const maxDraws = 2000

func draw(it content.Item, seed uint64) (Variant, error) {
	d, err := newDrawer(it, seed)
	if err != nil {
		return Variant{}, fmt.Errorf("item %s: %w", it.ID, err)
	}
	var last error
	for range maxDraws {
		env, err := d.lets()
		if err == nil {
			v, errFill := d.variant(env)
			if errFill == nil {
				return v, nil
			}
			err = errFill
		}
		if !errors.Is(err, errAgain) {
			return Variant{}, fmt.Errorf("item %s: %w", it.ID, err)
		}
		last = err
		if len(it.Lets) == 0 {
			break
		}
	}
	return Variant{}, fmt.Errorf("item %s: none of %d draws will do; widen the lets or loosen the conditions: %w: %w", it.ID, maxDraws, last, fs.ErrInvalid)
}

// errAgain says that this draw will not do, and another may.
var errAgain = errors.New("not met")

// A drawer has an item's lets and conditions parsed.
type drawer struct {
	it    content.Item
	seed  uint64
	rand  *source
	exprs map[string]*expr
	// places says which of its Values a let has drawn.
	places map[string]int
}

func newDrawer(it content.Item, seed uint64) (*drawer, error) {
	d := &drawer{it: it, seed: seed, rand: newSource(seed, string(it.ID)), exprs: map[string]*expr{}}
	var srcs []string
	for _, l := range it.Lets {
		for _, src := range []string{l.Low, l.High, l.Step, l.Expr} {
			if src != "" {
				srcs = append(srcs, src)
			}
		}
	}
	for _, src := range append(srcs, it.Where...) {
		e, err := parse(src)
		if err != nil {
			return nil, err
		}
		d.exprs[src] = e
	}
	return d, nil
}

// lets draws every name in order; errAgain when a condition fails.
func (d *drawer) lets() (map[string]value, error) {
	env := make(map[string]value, len(d.it.Lets))
	d.places = map[string]int{}
	for _, l := range d.it.Lets {
		v, err := d.let(l, env)
		if err != nil {
			return nil, fmt.Errorf("let %s: %w", l.Name, again(err))
		}
		env[l.Name] = v
	}
	for _, w := range d.it.Where {
		v, err := d.exprs[w].eval(env)
		if err != nil {
			return nil, fmt.Errorf("where %s: %w", w, again(err))
		}
		if !v.isTrue() {
			return nil, fmt.Errorf("where %s: %w", w, errAgain)
		}
	}
	return env, nil
}

// again makes a division by zero a reason to draw again.
func again(err error) error {
	if errors.Is(err, errDivide) {
		return fmt.Errorf("%w: %w", err, errAgain)
	}
	return err
}

func (d *drawer) let(l content.Let, env map[string]value) (value, error) {
	switch {
	case l.Expr != "":
		return d.exprs[l.Expr].eval(env)
	case len(l.Values) > 0:
		at, drawn := d.places[l.With]
		if !drawn {
			at = int(d.rand.below(uint64(len(l.Values))))
		}
		if at >= len(l.Values) {
			return value{}, fmt.Errorf("let %s has %d values, fewer than %s: %w", l.Name, len(l.Values), l.With, fs.ErrInvalid)
		}
		d.places[l.Name] = at
		text := l.Values[at]
		if r, ok := literal(text); ok {
			return value{num: r}, nil
		}
		return value{text: text}, nil
	case l.Low == "" || l.High == "":
		return value{}, fmt.Errorf("it says neither from where to where nor what: %w", fs.ErrInvalid)
	}
	low, err := d.number(l.Low, env)
	if err != nil {
		return value{}, err
	}
	high, err := d.number(l.High, env)
	if err != nil {
		return value{}, err
	}
	step := one
	if l.Step != "" {
		if step, err = d.number(l.Step, env); err != nil {
			return value{}, err
		}
	}
	if step.Sign() <= 0 {
		return value{}, fmt.Errorf("step %s is not above 0: %w", value{num: step}, fs.ErrInvalid)
	}
	if high.Cmp(low) < 0 {
		return value{}, fmt.Errorf("%s..%s is empty: %w", value{num: low}, value{num: high}, errAgain)
	}
	steps := floor(new(big.Rat).Quo(new(big.Rat).Sub(high, low), step))
	if steps.Cmp(big.NewRat(1e12, 1)) > 0 {
		return value{}, fmt.Errorf("%s..%s has too many values: %w", l.Low, l.High, fs.ErrInvalid)
	}
	n := new(big.Rat).SetInt(new(big.Int).SetUint64(d.rand.below(steps.Num().Uint64() + 1)))
	return number(n.Add(low, n.Mul(n, step)))
}

func (d *drawer) number(src string, env map[string]value) (*big.Rat, error) {
	v, err := d.exprs[src].eval(env)
	if err == nil && v.num == nil {
		err = fmt.Errorf("%q is a text where a number is wanted: %w", v.text, fs.ErrInvalid)
	}
	return v.num, err
}

// variant fills every text of the item and shuffles what has no order of its own.
func (d *drawer) variant(env map[string]value) (Variant, error) {
	f := filler{env: env}
	it := f.item(d.it)
	if f.err != nil {
		return Variant{}, again(f.err)
	}
	if err := different(it); err != nil {
		return Variant{}, err
	}
	d.order(&it)
	v := Variant{Item: it, Seed: d.seed, Values: make(map[string]string, len(env))}
	for name, val := range env {
		v.Values[name] = val.String()
	}
	return v, nil
}

// order puts options, gaps' options and pairs in shown order.
func (d *drawer) order(it *content.Item) {
	switch it.Type {
	case content.Choice, content.Many, content.Categorise:
		if !it.Fixed {
			shuffle(d.rand, it.Options)
		}
	case content.Order: // never in the right order already; Category keeps the right place
		for i := range it.Options {
			it.Options[i].Category = i
		}
		right := slices.Clone(it.Options)
		for slices.Equal(it.Options, right) && len(right) > 1 {
			shuffle(d.rand, it.Options)
		}
	case content.InlineChoice, content.Cloze:
		for i := range it.Gaps {
			if !it.Fixed {
				shuffle(d.rand, it.Gaps[i].Options)
			}
		}
	case content.Match:
		it.Options = rights(it.Pairs, it.Distractors)
		shuffle(d.rand, it.Pairs)
		shuffle(d.rand, it.Options)
	}
}

// rights are the different right sides of pairs and what belongs to none, as options.
func rights(pairs []content.Pair, distractors []string) (out []content.Option) {
	var texts []string
	for _, p := range pairs {
		if !slices.Contains(texts, p.Right) {
			texts = append(texts, p.Right)
		}
	}
	for _, d := range distractors {
		if !slices.Contains(texts, d) {
			texts = append(texts, d)
		}
	}
	keys := Keys(texts)
	for i, t := range texts {
		out = append(out, content.Option{Key: keys[i], Text: t})
	}
	return out
}

// different wants options that a learner can tell apart; errAgain when two are alike.
func different(it content.Item) error {
	groups := [][]content.Option{it.Options}
	for _, g := range it.Gaps {
		groups = append(groups, g.Options)
	}
	if it.Type == content.HotText {
		groups = nil // the same word may stand twice
	}
	for _, options := range groups {
		seen := map[string]bool{}
		for _, o := range options {
			if seen[o.Text] {
				return fmt.Errorf("two options are %q: %w", clip(o.Text, 60), errAgain)
			}
			seen[o.Text] = true
		}
	}
	return nil
}
