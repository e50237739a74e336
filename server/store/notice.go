package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io/fs"

	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// maxNotices bounds what stands on one class's board, or the school's, at a time.
const maxNotices = 100

// noticeOwner is under whom a notice is found: its class, or for the whole school an id that no class has.
func noticeOwner(class learning.ClassID) (owner id16) {
	if raw, ok := learning.Raw(class); ok {
		return raw
	}
	return id16(bytes.Repeat([]byte{0xff}, 16))
}

// Notices lists what the actor is told today: by the school, and by each class they learn in or teach, pinned first, then
// newest first. Where the date is not known, whatever was not withdrawn. Guests are told nothing.
func (s *Store) Notices(a learning.Actor) ([]learning.Notice, error) {
	date := s.date()
	return s.notices(a, func(n *learning.Notice) bool { return n.ShownOn(date) })
}

// NoticeBoard lists all that stands on the boards the actor may write on, shown today or not: of their classes, and the
// school's for administrators.
func (s *Store) NoticeBoard(a learning.Actor) ([]learning.Notice, error) {
	return s.notices(a, func(*learning.Notice) bool { return true })
}

func (s *Store) notices(a learning.Actor, keep func(*learning.Notice) bool) (out []learning.Notice, err error) {
	err = s.view(a, func(v viewer) error {
		if v.me.ID == "" && !v.admin {
			return nil
		}
		boards := []learning.ClassID{""}
		if v.admin {
			for _, c := range v.classes(func(learning.ClassID) bool { return true }) {
				boards = append(boards, c.ID)
			}
		} else {
			for c := range v.classesOf(v.me.ID) { // their groups have no boards
				boards = append(boards, c)
			}
		}
		for _, board := range boards {
			for _, n := range v.board(board) {
				if keep(&n) {
					out = append(out, n)
				}
			}
		}
		return nil
	})
	arrange.Stably(out, func(a, b learning.Notice) int {
		return cmp.Or(int(boolBit(b.Pinned))-int(boolBit(a.Pinned)), cmp.Compare(b.From, a.From), cmp.Compare(a.ID, b.ID))
	})
	return out, err
}

func (v viewer) board(class learning.ClassID) (out []learning.Notice) {
	prefix := linkPrefix(v.tag, noticeOwner(class), learning.KindNotice)
	v.kv.Scan(linkBucket, prefix, func(k, _ []byte) bool {
		if n, err := v.notice(hexID[learning.NoticeID](k[len(prefix):])); err == nil {
			out = append(out, n)
		}
		return true
	})
	return out
}

func (v viewer) notice(id learning.NoticeID) (learning.Notice, error) {
	r, err := shownOf(v, learning.KindNotice, "notice", id)
	return learning.Notice{
		ID: id, Class: learning.ClassID(r.Get(learning.NoticeClass)), Text: r.Get(learning.NoticeText), From: r.Get(learning.NoticeFrom),
		Until: r.Get(learning.NoticeUntil), Pinned: r.Get(learning.NoticePinned) == "1", Withdrawn: r.Get(learning.NoticeWithdrawn) == "1",
		By: learning.PersonID(r.Get(learning.NoticeBy)),
	}, err
}

// SaveNotice puts up a notice and returns its id: for a class its teachers and administrators, for the school
// administrators. An ID that is set may be posted again: it is one notice.
func (s *Store) SaveNotice(ctx context.Context, a learning.Actor, n learning.Notice) (learning.NoticeID, error) {
	if err := n.Check(); err != nil {
		return "", fmt.Errorf("store: %w", err)
	}
	if n.ID == "" {
		n.ID = learning.NewID[learning.NoticeID]()
	}
	raw, ok := learning.Raw(n.ID)
	if !ok {
		return "", notFound("notice", n.ID)
	}
	return n.ID, s.edit(ctx, a, func(v viewer) ([]change, error) {
		if err := v.mayTell(n.Class); err != nil {
			return nil, err
		}
		if was, err := v.notice(n.ID); err == nil && was.Class != n.Class {
			return nil, notFound("notice", n.ID)
		} else if err != nil && len(v.board(n.Class)) >= maxNotices {
			return nil, fmt.Errorf("store: %d notices stand there already, which is as many as fit: %w", maxNotices, fs.ErrInvalid)
		}
		return []change{{learning.KindNotice, learning.Subject{ID: raw}, []learning.Value{
			{Field: learning.NoticeClass, Value: string(n.Class)},
			{Field: learning.NoticeText, Value: n.Text},
			{Field: learning.NoticeFrom, Value: n.From},
			{Field: learning.NoticeUntil, Value: n.Until},
			{Field: learning.NoticePinned, Value: flag(n.Pinned)},
			{Field: learning.NoticeWithdrawn, Value: flag(n.Withdrawn)},
			{Field: learning.NoticeBy, Value: string(a.Person())},
		}}}, nil
	})
}

func (v viewer) mayTell(class learning.ClassID) error {
	switch {
	case v.admin:
		if class == "" {
			return nil
		}
	case class == "":
		return notAllowed("tell the whole school")
	}
	return v.mayLead(class)
}

// WithdrawNotice takes a notice down, or puts it up again; who may put one up there may.
func (s *Store) WithdrawNotice(ctx context.Context, a learning.Actor, id learning.NoticeID, gone bool) error {
	return s.edit(ctx, a, func(v viewer) ([]change, error) {
		n, err := v.notice(id)
		if err != nil {
			return nil, err
		}
		if err := v.mayTell(n.Class); err != nil {
			return nil, notFound("notice", id)
		}
		raw, _ := learning.Raw(id)
		return []change{{learning.KindNotice, learning.Subject{ID: raw}, []learning.Value{{Field: learning.NoticeWithdrawn, Value: flag(gone)}}}}, nil
	})
}
