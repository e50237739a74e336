package store

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"lamplight/server/learning"
	"lamplight/sync/segment"
)

// applyEdit folds one write of a register kind and keeps the indexes made of it in step.
func applyEdit(kv KV, t schoolTag, ev *segment.Event) error {
	e, err := learning.ParseEdit(ev)
	if err != nil {
		return err
	}
	key := subjectKey(e.Kind, t, e.Subject)
	rec, err := learning.ReadRecord(kv.Get(recordBucket, key))
	if err != nil {
		return err
	}
	before := append([]learning.Shown(nil), rec.Shown...)
	rec.Apply(ev, e, e.Kind == learning.KindEnrol)
	kv.Put(recordBucket, key, rec.Encode())
	was := learning.Record{Shown: before}
	switch e.Kind {
	case learning.KindPerson:
		indexNames(kv, t, e.Subject.ID, &was, &rec)
		indexAlias(kv, t, e.Subject.ID, &rec)
	case learning.KindSecret:
		indexCard(kv, t, e.Subject.ID, &was, &rec)
	case learning.KindEnrol:
		indexMember(kv, t, e.Subject, &rec)
	case learning.KindPart, learning.KindSaved:
		indexLinks(kv, t, e.Kind, e.Subject.ID, &was, &rec)
	case learning.KindClass, learning.KindLesson, learning.KindQuiz, learning.KindAssign, learning.KindNotice, learning.KindStep:
		indexLinks(kv, t, e.Kind, e.Subject.ID, &was, &rec)
	}
	return nil
}

func indexNames(kv KV, t schoolTag, person id16, was, is *learning.Record) {
	names := func(r *learning.Record) [2]string {
		return [2]string{foldName(r.Get(learning.PersonName)), foldName(r.Get(learning.PersonLogin))}
	}
	old, now := names(was), names(is)
	for _, n := range old {
		if n != "" {
			kv.Delete(loginBucket, loginKey(t, n, person))
		}
	}
	for _, n := range now {
		if n != "" {
			kv.Put(loginBucket, loginKey(t, n, person), nil)
		}
	}
}

// indexCard finds people by card. Two people with one card cannot be: a verifier is of 128 random bits.
func indexCard(kv KV, t schoolTag, person id16, was, is *learning.Record) {
	old, now := was.Get(learning.Field(learning.Card)), is.Get(learning.Field(learning.Card))
	if old == now {
		return
	}
	if old != "" && string(kv.Get(cardBucket, cardKey(t, old))) == string(person[:]) {
		kv.Delete(cardBucket, cardKey(t, old))
	}
	if now != "" {
		kv.Put(cardBucket, cardKey(t, now), person[:])
	}
}

func indexMember(kv KV, t schoolTag, s learning.Subject, is *learning.Record) {
	key := memberKey(t, s.Second, s.ID)
	if role := is.Get(learning.EnrolRole); role != "" {
		kv.Put(memberBucket, key, []byte(role))
	} else {
		kv.Delete(memberBucket, key)
	}
}

// foldName is how names are compared: letter case and width folded, spaces single. It depends on the Unicode tables of
// this release, so a newer x/text is a new foldVersion.
func foldName(s string) string {
	if ascii(s) {
		return strings.Join(strings.Fields(strings.ToLower(s)), " ")
	}
	return strings.Join(strings.Fields(norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))), " ")
}

// foldSearch is foldName without accents.
func foldSearch(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x300 && r <= 0x36f {
			return -1
		}
		return r
	}, norm.NFKD.String(foldName(s)))
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
