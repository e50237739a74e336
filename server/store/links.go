package store

import (
	"slices"

	"lamplight/server/learning"
)

// indexLinks keeps school.link: what belongs to a class, and what is set for whom.
func indexLinks(kv KV, t schoolTag, kind string, id id16, was, is *learning.Record) {
	old, before := link(kind, was)
	now, value := link(kind, is)
	if old == now && before == value {
		return
	}
	if old != (id16{}) {
		kv.Delete(linkBucket, linkKey(t, old, kind, id))
	}
	if now != (id16{}) {
		kv.Put(linkBucket, linkKey(t, now, kind, id), []byte(value))
	}
}

// link is who owns a subject, zero nobody, and what is said of it there.
func link(kind string, r *learning.Record) (owner id16, value string) {
	switch kind {
	case learning.KindClass:
		owner, _ = learning.Raw(r.Get(learning.ClassParent))
	case learning.KindLesson:
		owner, _ = learning.Raw(r.Get(learning.LessonClass))
	case learning.KindQuiz:
		owner, _ = learning.Raw(r.Get(learning.QuizClass))
	case learning.KindNotice:
		if r.Get(learning.NoticeWithdrawn) == "1" || r.Get(learning.NoticeText) == "" { // down, or not written yet
			return owner, ""
		}
		return noticeOwner(learning.ClassID(r.Get(learning.NoticeClass))), ""
	case learning.KindStep:
		if r.Get(learning.StepGone) != "1" {
			owner, _ = learning.Raw(r.Get(learning.StepClass))
		}
	case learning.KindPart:
		owner, _ = learning.Raw(r.Get(learning.PartCourse))
	case learning.KindSaved:
		owner, _ = learning.Raw(r.Get(learning.SavedPart))
	case learning.KindAssign:
		if r.Get(learning.AssignOn) != "1" {
			return owner, ""
		}
		if class, ok := learning.Raw(r.Get(learning.AssignClass)); ok {
			owner = class
		} else {
			owner, _ = learning.Raw(r.Get(learning.AssignLearner))
		}
		return owner, r.Get(learning.AssignLesson) + " " + r.Get(learning.AssignQuiz)
	}
	return owner, ""
}

// links lists the ids of a kind that belong to a class.
func links[T ~string](v viewer, class learning.ClassID, kind string) (out []T) {
	raw, ok := learning.Raw(class)
	if !ok {
		return nil
	}
	prefix := linkPrefix(v.tag, raw, kind)
	v.kv.Scan(linkBucket, prefix, func(k, _ []byte) bool {
		out = append(out, hexID[T](k[len(prefix):]))
		return true
	})
	return out
}

// setFor lists what is set for a learner: for the classes they learn in, their groups in those, and themselves. Each
// once, in no order that means anything.
func (v viewer) setFor(learner learning.PersonID) (lessons []learning.LessonID, quizzes []learning.QuizID) {
	mine := v.classesOf(learner)
	var targets []string
	for _, id := range v.records(learner) {
		targets = append(targets, string(id))
	}
	for c, role := range mine {
		k, err := v.class(c)
		if err == nil && role == learning.Learner && (k.Parent == "" || mine[k.Parent] == learning.Learner) {
			targets = append(targets, string(c))
		}
	}
	for _, x := range targets {
		raw, ok := learning.Raw(x)
		if !ok {
			continue
		}
		v.kv.Scan(linkBucket, linkPrefix(v.tag, raw, learning.KindAssign), func(_, b []byte) bool {
			if len(b) < 33 {
				return true
			}
			if b[0] != ' ' {
				lessons = append(lessons, learning.LessonID(b[:32]))
			} else {
				quizzes = append(quizzes, learning.QuizID(b[1:]))
			}
			return true
		})
	}
	slices.Sort(lessons)
	slices.Sort(quizzes)
	return slices.Compact(lessons), slices.Compact(quizzes)
}
