package qti

import (
	"slices"

	"lamplight/content"
)

// order makes things to be put in order.
func (a *attempt) order(in *interaction) error {
	right := a.right(in.id).members
	if len(right) == 0 {
		right = a.says(in)
	}
	if len(right) != len(in.choices) {
		return unsupported("%d of its %d choices are to be put in order", len(right), len(in.choices))
	}
	mark := func(ids []string) (outcome, error) {
		return a.mark(map[string]value{in.id: {in.base, "ordered", ids}})
	}
	if err := a.orderHolds(right, mark); err != nil {
		return err
	}
	a.it.Type = content.Order
	for _, id := range right {
		i := slices.IndexFunc(in.choices, func(c choice) bool { return c.id == id })
		if i < 0 {
			return unsupported("its right order names %.40q, which is none of its choices", id)
		}
		text, err := a.text(in.choices[i].node)
		if err != nil {
			return err
		}
		a.it.Options = append(a.it.Options, content.Option{Text: text})
	}
	keyed(a.it.Options)
	var err error
	if a.it.Stem, err = a.stem(nil, true); err != nil {
		return err
	}
	return a.tellOrder(right, mark)
}

// orderHolds wants the order to be given more than any in which two have changed places.
func (a *attempt) orderHolds(right []string, mark func([]string) (outcome, error)) error {
	full, err := mark(right)
	if err != nil {
		return err
	}
	blank, err := a.mark(nil)
	if err != nil {
		return err
	}
	if full.score <= blank.score+tiny {
		return errNoAnswer
	}
	for i := range right {
		for j := range right[:i] {
			swapped := slices.Clone(right)
			swapped[i], swapped[j] = swapped[j], swapped[i]
			o, err := mark(swapped)
			if err != nil {
				return err
			}
			if o.score >= full.score-tiny {
				return unsupported("several orders are right")
			}
		}
	}
	return nil
}

func (a *attempt) tellOrder(right []string, mark func([]string) (outcome, error)) error {
	o, err := mark(right)
	if err != nil {
		return err
	}
	if a.it.Right, err = a.told(o); err != nil {
		return err
	}
	back := slices.Clone(right)
	slices.Reverse(back)
	if o, err = mark(back); err != nil {
		return err
	}
	a.it.Wrong, err = a.told(o)
	return err
}
