package store

import (
	"fmt"
	"io/fs"

	"lamplight/server/learning"
	"lamplight/sync/eventlog"
	"lamplight/sync/segment"
)

// KV is the folds, as the log lends them.
type KV = eventlog.KV

// Apply folds one event, for the log alone. A kind this release does not know is left for the one that does. An event
// in a scope its kind does not belong to is refused: whoever may write to pub may not thereby write to a roster.
func (s *Store) Apply(kv KV, e *segment.Event) error {
	want, known := learning.PlaceOf(e.Kind)
	if !known {
		return nil
	}
	place, school, ok := learning.ReadScope(e.Scope)
	if !ok || place != want {
		return fmt.Errorf("store: %s in scope %q: %w", e.Kind, e.Scope, fs.ErrPermission)
	}
	if forgotten(kv, tagOf(school), e) {
		return nil
	}
	var err error
	switch e.Kind {
	case learning.KindAttempt, learning.KindView, learning.KindRetract: // the learner stands first
		if len(e.Fields) > 0 && len(e.Fields[0].Data) == 16 {
			s.joins.hear(learnerOf(school, hexID[learning.PersonID](e.Fields[0].Data)))
		}
	}
	switch e.Kind {
	case learning.KindAttempt:
		err = applyAttempt(kv, school, e)
	case learning.KindRetract:
		err = applyRetraction(kv, school, e)
	case learning.KindView:
		err = applyView(kv, school, e)
	case learning.KindAnswer:
		err = applyAnswer(kv, school, e)
	case learning.KindAttendance:
		err = applyRoll(kv, tagOf(school), e)
	case learning.KindLevel:
		err = applyLevel(kv, school, e)
	case learning.KindLook, learning.KindAct:
		err = applyAct(kv, school, e)
	case learning.KindErase:
		s.Forget()
		err = applyAct(kv, school, e)
	case learning.KindCourse:
		err = applyOffer(kv, e)
	case learning.KindDevice:
		err = applyDevice(kv, e)
	case learning.KindRecovery:
		err = applySheet(kv, e)
	case learning.KindRevoke:
		s.tellTrusted()
		err = applyRevocation(kv, e)
	case learning.KindTurn:
		s.tellTrusted()
		err = applyTurn(kv, tagOf(school), e)
	case learning.KindLetter:
		s.tellTrusted()
		err = applyLetter(kv, e)
	case learning.KindPush:
		err = applyPush(kv, e)
	case learning.KindOps:
		err = applyOps(kv, e)
	case learning.KindBoot:
		s.learnt.redated()
		err = applyCalibration(kv, e)
	case learning.KindNote, learning.KindBookmark, learning.KindGoal, learning.KindState, learning.KindCare, learning.KindNotice, learning.KindNow, learning.KindStep, learning.KindPeriod: // of no face
		err = applyEdit(kv, tagOf(school), e)
	case learning.KindOwn, learning.KindPart, learning.KindSaved, learning.KindSite, learning.KindSeen: // nor these
		err = applyEdit(kv, tagOf(school), e)
	default:
		s.faces.edited()
		if e.Kind == learning.KindQuiz {
			s.learnt.requizzed()
		}
		err = applyEdit(kv, tagOf(school), e)
	}
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	noteMilestone(kv, tagOf(school), e)
	return nil
}
