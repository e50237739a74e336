package eventlog

import (
	"fmt"
	"testing"
)

// forkedSchool is two boxes of one key that each wrote of everybody before the card was copied and after it, another that
// holds both branches, and one that was away.
func forkedSchool(t *testing.T) (a, clone, b, late *box) {
	t.Helper()
	school := newSchool(t)
	a, b, late = newBox(t, school), newBox(t, school), newBox(t, school)
	know(a, b, late)
	for _, x := range []*box{a, b, late} {
		x.setup = withEraser
		x.open()
	}
	names := func(x *box, from byte, mark string) { // 7, and ten that nobody else writes of
		for n := range 3 {
			for who := from; who < from+10; who++ {
				x.add(answer(who, uint64(n)), person(who, fmt.Sprintf("canary-%d-%s-%d-", who, mark, n)))
			}
			x.add(person(7, fmt.Sprintf("canary-7-%s-%d-", mark, n)))
			must(t, x.log.Seal())
		}
		x.add(person(7, "canary-7-"+mark+"-open-"))
	}
	names(a, 10, "before")
	clone = cloneOf(t, a)
	must(t, clone.log.Close())
	clone.setup = withEraser
	clone.open()
	names(a, 20, "original")
	names(clone, 30, "copy")
	a.give(late) // knows the original alone
	meet(t, a, clone, b)
	if f := b.log.Forks(); len(f) != 1 {
		t.Fatalf("forks %+v: this shows nothing", f)
	}
	return a, clone, b, late
}

// What somebody wrote before a stream forked, and on either branch of it, leaves every file, and no box brings it back.
func TestWhoIsErasedLeavesEveryBranchOfAFork(t *testing.T) {
	a, clone, b, late := forkedSchool(t)
	for _, x := range []*box{a, clone, b} {
		for _, w := range []string{"canary-7-before-1", "canary-7-original-1", "canary-7-copy-1", "canary-7-copy-open"} {
			if len(holds(t, x.dir, w)) == 0 {
				t.Fatalf("%s is not in the files to begin with: this shows nothing", w)
			}
		}
	}
	b.add(erase(7))
	meet(t, a, clone, b)
	for _, x := range []*box{a, clone, b} {
		n, err := x.log.Purge("7")
		must(t, err)
		if left := holds(t, x.dir, "canary-7-"); n != 12 || len(left) > 0 {
			t.Errorf("purged %d of 12; left in %q", n, left)
		}
		if x.name(7) != "" || x.name(18) == "" {
			t.Errorf("names %q and %q", x.name(7), x.name(18))
		}
	}
	must2(late.log.Purge("nobody"))(t)
	late.add(person(7, "canary-7-late-"))
	meet(t, late, b, a, clone) // late brings the original's with all bodies, and hears of the fork and of the erasure
	must2(late.log.Purge("7"))(t)
	for _, x := range []*box{a, clone, b, late} {
		if left := holds(t, x.dir, "canary-7-"); len(left) > 0 {
			t.Errorf("came back, or stayed: %q", left)
		}
		for _, who := range []string{"canary-18-before-2", "canary-28-original-2", "canary-38-copy-2"} {
			if len(holds(t, x.dir, who)) == 0 {
				t.Errorf("%s went too", who)
			}
		}
	}
	same(t, a, clone, b, late)
	same(t, a.again(false), b.again(true), late.again(true))
	if left := holds(t, a.dir, "canary-7-"); len(left) > 0 {
		t.Errorf("a start brought back %q", left)
	}
}
