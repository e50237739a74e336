package sanitize

import (
	"regexp"
	"strings"
)

// Local trims an address as a browser would and says whether it stays on this server: no scheme, no host.
func Local(address string) (string, bool) {
	a := strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return -1 // browsers take these out of the middle too
		}
		return r
	}, strings.TrimFunc(address, func(r rune) bool { return r <= ' ' }))
	if strings.ContainsFunc(a, func(r rune) bool { return r < ' ' || r == '\\' || r == 0x7f }) || strings.HasPrefix(a, "//") {
		return "", false
	}
	if i := strings.IndexAny(a, ":/?#"); i >= 0 && a[i] == ':' {
		return "", false
	}
	return a, true
}

// maxDataImage is the longest data: picture kept, in characters.
const maxDataImage = 1 << 20

// dataImage says whether an address is a picture written out in itself, of a kind that holds no script.
func dataImage(address string) bool {
	rest, ok := strings.CutPrefix(address, "data:image/")
	if !ok || len(rest) > maxDataImage {
		return false
	}
	kind, body, ok := strings.Cut(rest, ";base64,")
	return ok && (kind == "png" || kind == "jpeg" || kind == "gif" || kind == "webp") &&
		strings.Trim(body, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") == ""
}

// rewrite asks a hook for the new form of an address; "" means that the reference goes.
func rewrite(address string, hook func(string) string) string {
	a, ok := Local(address)
	if !ok || a == "" {
		return ""
	}
	if id, found := strings.CutPrefix(a, "#"); found {
		if id == "" {
			return ""
		}
		if id = ID(id); id == "" {
			return ""
		}
		return "#" + id
	}
	if hook == nil {
		page, id, found := strings.Cut(a, "#")
		if id = ID(id); found && id != "" {
			return page + "#" + id
		}
		return page
	}
	a, ok = Local(hook(a))
	if !ok {
		return ""
	}
	return a
}

// colour is a colour written as a function.
var colour = regexp.MustCompile(`^(?i:rgba?|hsla?)\([0-9., %]{1,40}\)$`)

// safeStyle keeps the listed properties of a style attribute, in order; of two of one name both, as they stand. Values
// are words, numbers and colours; a drawing's paint may be a part of the same page.
func safeStyle(style string) string {
	if len(style) > 8192 {
		return ""
	}
	var out []string
	for _, declaration := range strings.Split(style, ";") {
		name, value, ok := strings.Cut(declaration, ":")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		if !ok || !styles[name] || value == "" || len(value) > 100 {
			continue
		}
		if strings.ContainsFunc(value, unsafeInStyle) && !colour.MatchString(value) {
			if value, ok = paint(value); !ok || !paints[name] || !strings.HasPrefix(value, "url(#") {
				continue
			}
		}
		out = append(out, name+":"+value)
	}
	return strings.Join(out, ";")
}

func unsafeInStyle(r rune) bool {
	return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(" .%#,-+", r))
}

// paint keeps an SVG attribute's value: no function but url(#id) of the same page, transforms and colours.
func paint(value string) (string, bool) {
	lower := strings.ToLower(value)
	if strings.Contains(lower, "url") {
		inner, ok := strings.CutPrefix(strings.TrimSpace(value), "url(#")
		id, rest, found := strings.Cut(inner, ")")
		if id = ID(id); !ok || !found || id == "" || strings.TrimSpace(rest) != "" || strings.ContainsAny(id, `"'\()`) {
			return "", false
		}
		return "url(#" + id + ")", true
	}
	return value, !strings.ContainsAny(value, `\:;@`) && !strings.Contains(lower, "expression") && !strings.Contains(lower, "image")
}
