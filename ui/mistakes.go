package ui

import "lamplight/ui/view"

var stepOrder = map[string]int{"look": 0, "practise": 1, "check": 2, "check-now": 2}

func stepLevel(step string) string {
	switch step {
	case "check", "check-now":
		return "nearly"
	case "practise":
		return "notmet"
	}
	return "notyet"
}

func stepSign(step string) string {
	switch step {
	case "check":
		return "waiting"
	case "check-now":
		return "clock"
	case "practise":
		return "exercise"
	}
	return "helped"
}

// stepText says where a mistake stands and, for a check, on which day.
func stepText(l *localeOf, f view.Frame, step string, day view.When) string {
	if step == "check" {
		return dayOr(l, f, day, "mistake.step.check-on", "mistake.step.check")
	}
	return l.T("mistake.step." + step)
}

func checkStep(step string) string {
	if step == "check-now" {
		return step
	}
	return "check"
}

func stepDone(s, step string, gone bool) bool { return gone || stepOrder[s] < stepOrder[step] }

func stepPlace(s, step string, gone bool) string {
	switch {
	case stepDone(s, step, gone):
		return "done"
	case stepOrder[s] == stepOrder[step]:
		return "now"
	}
	return ""
}

func stepCurrent(s, step string, gone bool) string {
	if stepPlace(s, step, gone) == "now" {
		return "step"
	}
	return "false"
}
