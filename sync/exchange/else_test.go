package exchange_test

import (
	"bytes"
	"testing"

	"lamplight/sync/clustertest"
	"lamplight/sync/exchange"
)

// twoForms is a want of a small blob, or else a large one.
func twoForms() (small, large []byte, want exchange.Want) {
	small, large = random(11, 900<<10), random(12, 1500<<10)
	want = clustertest.NewBlobs().Put(small)
	other := clustertest.NewBlobs().Put(large)
	want.Else = &other
	return small, large, want
}

func TestOfTwoFormsThePeersBestIsFetched(t *testing.T) {
	small, large, want := twoForms()
	forged := bytes.Clone(small)
	forged[9] ^= 1
	for name, x := range map[string]struct {
		small, large []byte
		came         int
	}{
		"both":              {small, large, len(small)},
		"the first alone":   {small, nil, len(small)},
		"the second alone":  {nil, large, len(large)},
		"the first forged":  {forged, large, len(small) + len(large)},
		"neither":           {nil, nil, 0},
		"a forged one only": {forged, nil, len(small)},
	} {
		_, a, b, _ := pair(t)
		if x.small != nil {
			a.Blobs.PutAs(want.Hash, x.small)
		}
		if x.large != nil {
			a.Blobs.PutAs(want.Else.Hash, x.large)
		}
		b.Blobs.Want(want)
		b.MustMeet(a)
		if got := b.Blobs.Written(); got != int64(x.came) {
			t.Errorf("%s: %d bytes came, want %d", name, got, x.came)
		}
		whole := x.large != nil || bytes.Equal(x.small, small)
		if got := b.Blobs.Has(want.Hash) || b.Blobs.Has(want.Else.Hash); got != whole {
			t.Errorf("%s: one of the two is here: %v", name, got)
		}
		b.MustMeet(a)
		if got := b.Blobs.Written(); got != int64(x.came) {
			t.Errorf("%s: the second meeting brought %d more bytes", name, got-int64(x.came))
		}
	}
}

func TestAFormLeftHalfWayGoesOnWithAPeerThatHasIt(t *testing.T) {
	n, a, b, _ := pair(t)
	small, large, want := twoForms()
	a.Blobs.PutAs(want.Hash, small)
	a.Blobs.PutAs(want.Else.Hash, large)
	b.Blobs.Want(want)
	n.Set(clustertest.Weather{Quota: 700 << 10})
	for range 10 {
		if _, err := b.Meet(a); err == nil {
			break
		}
	}
	if !b.Blobs.Has(want.Hash) || b.Blobs.Has(want.Else.Hash) || b.Blobs.Written() > want.Size+(256<<10) {
		t.Errorf("%d bytes came for %d over a link that breaks", b.Blobs.Written(), want.Size)
	}
}
