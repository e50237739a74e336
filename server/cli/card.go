package cli

import (
	"context"
	"fmt"
	"io"

	"lamplight/server/auth"
	"lamplight/server/learning"
	"lamplight/server/store"
)

// cardCodes makes new card codes; the page /admin/people prints them as cards.
func (c *call) cardCodes(ctx context.Context, class string) error {
	f := store.PeopleFilter{Role: learning.Learner}
	var err error
	if class != "" {
		if f.Class, err = c.findClass(class); err != nil {
			return err
		}
	}
	people, err := c.Node.Store.People(learning.Box(), f)
	if err != nil {
		return err
	}
	type card struct {
		ID   learning.PersonID `json:"id"`
		Name string            `json:"name"`
		Code string            `json:"code"`
	}
	cards := []card{}
	var secrets []store.NewSecret
	for _, p := range people {
		code, verifier := auth.NewCard()
		cards = append(cards, card{p.ID, p.Name, code})
		secrets = append(secrets, store.NewSecret{Person: p.ID, Kind: learning.Card, Verifier: verifier})
	}
	if err := c.Node.Store.SetSecrets(ctx, learning.Box(), secrets...); err != nil {
		return err
	}
	return c.print(map[string]any{"cards": cards}, func(w io.Writer) {
		for _, x := range cards {
			fmt.Fprintf(w, "%s  %s\n", x.Code, x.Name)
		}
	})
}
