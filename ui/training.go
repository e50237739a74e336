package ui

import "lamplight/ui/view"

// trainingDone says when a unit's action was first in the record: about, since a box's clock may have been wrong.
func trainingDone(l *localeOf, f view.Frame, u view.TrainingUnit) string {
	if u.At.Time.IsZero() {
		return l.T("training.done")
	}
	return l.T("training.done.on", "date", when(l, f, u.At))
}

func trainingKind(u view.TrainingUnit) string {
	if u.Done {
		return "plain"
	}
	return "main"
}
