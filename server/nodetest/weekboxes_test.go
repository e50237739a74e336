package nodetest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// paired brings the second box into the school before the week begins, with the roster and the course.
func (w *week) paired() {
	w.t.Helper()
	a, b := w.boxes[0], w.boxes[1]
	w.link = newProxy(w.t, a.ExchangeAddr(), 0)
	code, _, err := a.Invite(w.t.Context())
	if err == nil {
		_, err = b.Accept(w.t.Context(), code, []string{w.link.addr})
	}
	if err != nil {
		w.t.Fatalf("pairing: %v", err)
	}
	w.dated(b)
	Eventually(w.t, 60*time.Second, "the course travelled", func() bool { return len(b.Library.Courses()) == len(a.Library.Courses()) })
	w.meet()
}

// apart puts the boxes where neither reaches the other.
func (w *week) apart() {
	w.link.to.Store("127.0.0.1:1")
	w.link.cut()
}

// meet lets them talk until both hold the same. Unless it is the first time they must differ before.
func (w *week) meet() {
	w.t.Helper()
	if one, _ := w.boxes[0].Records.State(); len(w.deeds) > 0 {
		if two, _ := w.boxes[1].Records.State(); one == two {
			w.t.Fatal("the boxes hold the same before they met: they were never apart")
		}
	}
	w.link.to.Store(w.boxes[0].ExchangeAddr())
	a, b := w.boxes[0], w.boxes[1]
	Eventually(w.t, 60*time.Second, "both boxes hold the same", func() bool {
		if _, err := b.Meet(w.t.Context(), a.DeviceID()); err != nil {
			time.Sleep(50 * time.Millisecond)
			return false
		}
		one, _ := a.Records.State()
		two, _ := b.Records.State()
		return one == two
	})
}

// alike compares the files of every report on two boxes byte by byte.
func (w *week) alike() {
	w.t.Helper()
	for class := range w.classes {
		paths := []string{"/attendance/history.csv"}
		report := []string{"", "/resources", "/lessons", "/quizzes", "/skills"}
		for _, at := range w.things(class) {
			if exerciseAt(at) != nil || slices.Contains(weekPages, at) {
				report = append(report, "/resource/"+string(weekResource(at)))
			}
		}
		for _, l := range w.lessonsMade {
			if l.class == class {
				report = append(report, "/lesson/"+string(w.lessons[l.title]))
			}
		}
		for _, q := range w.quizzesMade {
			if q.class == class {
				report = append(report, "/quiz/"+string(w.quizzes[q.title]))
			}
		}
		for _, path := range report {
			paths = append(paths, "/report"+path+"?format=csv", "/report"+path+"?format=xlsx")
		}
		for _, path := range paths {
			one, two := w.is(path, w.teacher(0).Get(w.home(class)+path)).Body, w.is(path, w.teacher(1).Get(w.home(class)+path)).Body
			if one != two {
				w.t.Errorf("%s%s differs between the boxes: %s", w.classes[class], path, firstDifference(one, two))
			}
		}
	}
}

// firstDifference is the first line in which two texts differ.
func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d: %.200q and %.200q", i+1, x[i], y[i])
		}
	}
	return fmt.Sprintf("%d and %d lines", len(x), len(y))
}
