package ui

import (
	"net/url"
	"slices"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// Pictures are the twelve of a picture sign-in, and what a person's tile may show: each is the icon "pic-NAME" and the
// message "picture.NAME". A secret of pictures is three of them joined by dashes.
var Pictures = []string{"sun", "fish", "drum", "tree", "house", "bird", "star", "cup", "flower", "boat", "goat", "moon"}

// startKind makes the name form the main way in where there is no class to pick.
func startKind(v view.Login) string {
	if len(v.Classes) > 0 {
		return "plain"
	}
	return "main"
}

// The first two pictures are asked for by GET, so each is a page without a script; the third posts all three.
func pictureMethod(v view.Login) string {
	if len(v.Picked) < 2 {
		return "get"
	}
	return "post"
}

func pictureField(v view.Login) string {
	if len(v.Picked) < 2 {
		return "picked"
	}
	return "secret"
}

func pickedBefore(v view.Login) []string {
	if len(v.Picked) < 2 {
		return nil
	}
	return append([]string(nil), v.Picked...)
}

// classOf is the class in the address of a class: "/login?class=3" gives "3".
func classOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Query().Get("class")
}

func problem(l *locale.Locale, prefix, key string) string {
	if key == "" {
		return ""
	}
	return l.T(prefix + key)
}

// recoverProblem is what is wrong with a field of "/recover", "" when the problem is another field's.
func recoverProblem(l *locale.Locale, key string, of ...string) string {
	if !slices.Contains(of, key) {
		return ""
	}
	return l.T("recover.problem." + key)
}
