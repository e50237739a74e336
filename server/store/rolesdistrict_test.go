package store

import (
	"testing"

	"lamplight/server/learning"
)

// What a district keeps and sends, and what only the box itself may say of other boxes, against every kind of person, in
// the columns of TestEverybodySeesAndChangesOnlyWhatIsTheirs. To whom may not oversee there is no district to find.
func TestOnlyOfficersOverseeAndOnlyTheBoxShutsOut(t *testing.T) {
	push := func(p learning.Push) func(*village, learning.Actor) error {
		return func(v *village, a learning.Actor) error { _, err := v.store.Push(ctx, a, p); return err }
	}
	for _, c := range []struct {
		what, want string
		ask        func(v *village, a learning.Actor) error
	}{
		{"Oversees", "yynnnnynnn", func(v *village, a learning.Actor) error { return v.store.Oversees(a) }},
		{"Sites", "yynnnnynnn", func(v *village, a learning.Actor) error { _, err := v.store.Sites(a); return err }},
		{"SaveSite", "yynnnnynnn", func(v *village, a learning.Actor) error {
			return v.store.SaveSite(ctx, a, Site{School: "fedcba9876543210", Name: "Hill School"})
		}},
		{"Push a notice", "yynnnnynnn", push(learning.Push{What: learning.PushNotice, Text: "The examination is on Monday."})},
		{"Push a setting", "yynnnnynnn", push(learning.Push{What: learning.PushSetting, Setting: "take", Text: learning.TakeOpen})},
		{"OpaqueWork", "yppppppppp", func(v *village, a learning.Actor) error { _, err := v.store.OpaqueWork(a); return err }},
		{"Disputed", "yypppppppp", func(v *village, a learning.Actor) error { _, err := v.store.Disputed(a); return err }},
		{"Revoke", "yppppppppp", func(v *village, a learning.Actor) error {
			return v.store.Revoke(ctx, a, learning.Revocation{Public: make([]byte, 32)})
		}},
		{"Turn", "yppppppppp", func(v *village, a learning.Actor) error { return v.store.Turn(ctx, a, 0, nil) }},
		{"Letters", "yppppppppp", func(v *village, a learning.Actor) error { return v.store.Letters(ctx, a, nil) }},
		{"ReportOps", "yppppppppp", func(v *village, a learning.Actor) error { return v.store.ReportOps(ctx, a, learning.Ops{Device: "d"}) }},
		{"SetSheet of another school", "pppppppppp", func(v *village, a learning.Actor) error {
			return v.store.SetSheet(ctx, a, learning.RecoverySheet{})
		}},
	} {
		judged(t, c.what, c.want, c.ask)
	}
}
