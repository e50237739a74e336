package roster

import (
	"context"
	"fmt"
	"io/fs"

	"lamplight/server/learning"
	"lamplight/server/store"
)

// A Changer writes a change of the roster: store.Store.
type Changer interface {
	ChangeRoster(ctx context.Context, a learning.Actor, c store.RosterChange) error
}

// A Verifier makes of a secret what is kept of it: auth.Keeper.Verifier.
type Verifier func(ctx context.Context, kind learning.SecretKind, secret string) ([]byte, error)

// Apply writes a plan, all or none. More are sign-ins to write with it. A PIN or password of the list that may not be one
// is fs.ErrInvalid, and nothing is written; Check finds it before.
func (p *Plan) Apply(ctx context.Context, to Changer, a learning.Actor, verify Verifier, more ...store.NewSecret) error {
	c := p.Change
	for _, s := range p.Secrets {
		v, err := verify(ctx, s.Kind, s.Value)
		if err != nil {
			return fmt.Errorf("roster: the %s of %s: %w", s.Kind, s.Person, err)
		}
		c.Secrets = append(c.Secrets, store.NewSecret{Person: s.Person, Kind: s.Kind, Verifier: v})
	}
	c.Secrets = append(c.Secrets, more...)
	if len(c.Classes)+len(c.People)+len(c.Places)+len(c.Secrets) == 0 {
		return nil
	}
	if err := to.ChangeRoster(ctx, a, c); err != nil {
		return fmt.Errorf("roster: %w", err)
	}
	return nil
}

// ErrRefused is a list with lines that cannot be used, brought in as a whole.
var ErrRefused = fmt.Errorf("roster: lines of the list cannot be used: %w", fs.ErrInvalid)

// CheckSecrets refuses the lines whose PIN or password may not be one.
func (p *Plan) CheckSecrets(check func(learning.SecretKind, string) error) {
	kept := p.Secrets[:0]
	for _, s := range p.Secrets {
		if check(s.Kind, s.Value) == nil {
			kept = append(kept, s)
			continue
		}
		for _, i := range p.Items {
			if i.Person == s.Person {
				p.Refused = append(p.Refused, Refusal{i.File, i.Line, "", s.Kind.String(), ""})
			}
		}
	}
	p.Secrets = kept
}
