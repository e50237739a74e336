package learning

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// A Deed is what somebody did with what is held of a person.
type Deed uint8

const (
	Looked        Deed = 0 // opened their page: look/1
	Exported      Deed = 1 // took all of it away
	AskedErasure  Deed = 2 // asked for it to be erased
	KeptAfterAll  Deed = 3 // took that back
	Erased        Deed = 4 // erased it: erase/1
	ChangedSecret Deed = 5 // changed how they sign in
)

// An Act is one such deed. Who is "" for the box itself.
type Act struct {
	Whom, Who PersonID
	What      Deed
	When      When
}

// Draft makes the event. Looked and Erased have kinds of their own: Sight, and this with What Erased.
func (a Act) Draft(school string) Draft {
	var c columns
	c.id(actWhom, string(a.Whom))
	c.id(actWho, string(a.Who))
	if a.What == Erased {
		return Draft{Scope: Roster.Scope(school), Kind: KindErase, Fields: c}
	}
	c.uint(actWhat, uint64(a.What))
	return Draft{Scope: Roster.Scope(school), Kind: KindAct, Fields: c}
}

// ParseAct reads a look/1, act/1 or erase/1; fs.ErrInvalid when it does not say of whom.
func ParseAct(e *segment.Event) (a Act, err error) {
	a.Whom, a.Who = textID[PersonID](e.Bytes(actWhom)), textID[PersonID](e.Bytes(actWho))
	switch e.Kind {
	case KindErase:
		a.What = Erased
	case KindAct:
		a.What = Deed(min(e.Uint(actWhat), 255))
	}
	if a.Whom == "" || e.Kind == KindLook && a.Who == "" {
		return a, fmt.Errorf("learning: %s without whom it is of, or who: %w", e.Kind, fs.ErrInvalid)
	}
	return a, nil
}

// ErasureWait is how long an erasure that was asked for can be taken back, in milliseconds: a day.
const ErasureWait = dayMS

// A Leaving is an erasure that was asked for and waits.
type Leaving struct {
	Person   PersonID
	By       PersonID // "" the box itself
	Box      string   // the device that was asked, which carries it out
	Asked    clock.Stamp
	Archived bool // the person was put away before
}

// Values are its fields as the register keeps them.
func (l Leaving) Values() []Value {
	at := fmt.Sprintf("%x %d %s", l.Asked.Boot[:], l.Asked.MS, l.Box)
	return []Value{{LeavingAt, at}, {LeavingBy, string(l.By)}, {LeavingWas, map[bool]string{true: "1"}[l.Archived]}}
}

// ReadLeaving reads what Values wrote; false where nothing waits.
func ReadLeaving(p PersonID, r *Record) (l Leaving, waits bool) {
	l = Leaving{Person: p, By: PersonID(r.Get(LeavingBy)), Archived: r.Get(LeavingWas) == "1"}
	boot, rest, ok := strings.Cut(r.Get(LeavingAt), " ")
	ms, box, ok2 := strings.Cut(rest, " ")
	b, err := hex.DecodeString(boot)
	if !ok || !ok2 || err != nil || len(b) != len(l.Asked.Boot) {
		return l, false
	}
	copy(l.Asked.Boot[:], b)
	l.Asked.MS, err = strconv.ParseInt(ms, 10, 64)
	l.Box = box
	return l, err == nil
}

// OfPerson is whom an event of the roster, or of a register, is about, as its first column says; "" where that names
// nobody. Whether it is a person and not a class, only the school can tell.
func OfPerson(e *segment.Event) PersonID {
	f, ok := e.Field(colID)
	if !ok || len(f.Data) != 16 {
		return ""
	}
	return textID[PersonID](f.Data)
}

// IsRegister reports whether a kind is of a register: edits of a subject.
func IsRegister(kind string) bool { _, ok := registers[kind]; return ok }
