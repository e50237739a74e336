package cli

import (
	"context"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/server/learning"
)

// setWork sets a lesson, a quiz and a practice quiz for each class, out of the first course that has exercises.
func (d *demoMaker) setWork(ctx context.Context) error {
	exercises, course, err := d.exercises()
	if err != nil || len(exercises) < 2 {
		return err
	}
	refs, err := d.firstTopic(course)
	if err != nil {
		return err
	}
	for _, class := range d.classes {
		box, st := learning.Box(), d.node.Store
		l := learning.Lesson{Class: class, Title: "To begin with", About: "Read, then try the questions.", Resources: refs}
		id, err := st.SaveLesson(ctx, box, l)
		if err == nil {
			_, err = st.Assign(ctx, box, learning.Assignment{Lesson: id, Class: class})
		}
		if err != nil {
			return err
		}
		test := learning.Quiz{Class: class, Title: "Friday's quiz", Report: true, Minutes: 20, State: learning.QuizOpen}
		again := learning.Quiz{Class: class, Title: "Try it again and again", Report: true, Practice: true, State: learning.QuizOpen}
		test.Sections = []learning.QuizSection{d.section(course, exercises[0], 5, 1), d.section(course, exercises[1], 5, 1)}
		again.Sections = []learning.QuizSection{d.section(course, exercises[0], 6, 0)}
		again.Sections[0].Title, again.Sections[0].Shuffled = "", true
		for _, q := range []learning.Quiz{test, again} {
			id, err := st.SaveQuiz(ctx, box, q)
			if err == nil {
				_, err = st.Assign(ctx, box, learning.Assignment{Quiz: id, Class: class})
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// section is the first n items of an exercise; seed 0 gives each learner numbers of their own.
func (d *demoMaker) section(course content.CourseID, e content.Exercise, n int, seed uint64) learning.QuizSection {
	title := []rune(strings.TrimSpace(e.Title))
	out := learning.QuizSection{Title: string(title[:min(len(title), learning.MaxName)])}
	for _, it := range e.Items[:min(n, len(e.Items))] {
		out.Questions = append(out.Questions, learning.QuizQuestion{Course: course, Resource: e.ID, Item: it.ID, Seed: seed})
	}
	return out
}

// firstTopic is what a course's first topic with practice begins with: a page and the practice that follows, twice.
func (d *demoMaker) firstTopic(course content.CourseID) (refs []learning.Ref, err error) {
	r, release, err := d.node.Library.Reader(course)
	if err != nil {
		return nil, err
	}
	defer release()
	topics, _, err := r.Children("", 0, 1000)
	if err != nil {
		return nil, err
	}
	for _, topic := range topics {
		if topic.Kind != content.Topic {
			continue
		}
		nodes, _, err := r.Children(topic.ID, 0, 4)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(nodes, func(n content.Node) bool { return n.Kind == content.Practice }) {
			for _, n := range nodes {
				if n.Kind != content.Topic {
					refs = append(refs, learning.Ref{Course: course, Resource: n.ID})
				}
			}
			return refs, nil
		}
	}
	return nil, nil
}
