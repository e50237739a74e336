package ui

import (
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// troubleWords says what is not as it should be.
func troubleWords(l *locale.Locale, f view.Frame, n view.Need) string {
	args := []string{"box", n.Box, "size", l.Size(n.Bytes), "date", when(l, f, n.When)}
	if n.N >= 0 {
		return l.N("district.trouble."+n.Key, n.N, args...)
	}
	return l.T("district.trouble."+n.Key, args...)
}

func sentTitle(l *locale.Locale, x view.SentRow) string {
	switch x.What {
	case "setting":
		return l.T("take.rule.title") + ": " + l.T("admin.take."+x.Title)
	case "notice":
		return shortText(x.Title)
	}
	return x.Title
}

// sentSign is the icon beside how something stands at a school.
func sentSign(key string) string {
	switch key {
	case "arrived":
		return "saved"
	case "coming", "waiting":
		return "waiting"
	case "elsewhere":
		return "note"
	}
	return "careful"
}

func inviteLink(l *locale.Locale, url string) *view.Link {
	if url == "" {
		return nil
	}
	return &view.Link{URL: url, Text: l.T("district.invite")}
}

func districtNameProblem(l *locale.Locale, problem string) string {
	if problem == "" {
		return ""
	}
	return l.T("people.problem.name")
}

// placeSign is the icon of a place: its key, but of the schools of a district.
func placeSign(key string) string {
	if key == "district" {
		return "network"
	}
	return key
}
