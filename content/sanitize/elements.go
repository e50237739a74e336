package sanitize

import "strings"

// htmlAttrs writes the attributes of an HTML element that are kept.
func (w *writer) htmlAttrs(name string, t token) string {
	var b strings.Builder
	for _, a := range t.attrs {
		switch {
		case a.name == "xml:lang" && !has(t.attrs, "lang"):
			pair(&b, "lang", a.value)
		case a.name == "id", a.name == "name" && t.name == "a" && !has(t.attrs, "id"):
			if id := ID(a.value); id != "" {
				pair(&b, "id", id)
			}
		case a.name == "href" && name == "a":
			to := rewrite(a.value, w.o.Link)
			if id, here := strings.CutPrefix(to, "#"); here && w.o.Anchor != nil {
				to = w.o.Anchor(id)
			}
			if to != "" {
				pair(&b, "href", to)
			}
		case a.name == "style":
			if style := safeStyle(a.value); style != "" {
				pair(&b, "style", style)
			}
		case idRefs[a.name]:
			pair(&b, a.name, ids(a.value))
		case (globalAttrs[a.name] || attrs[name][a.name]) && len(a.value) <= 64<<10:
			pair(&b, a.name, a.value)
		}
	}
	return b.String()
}

func ids(value string) string {
	fields := strings.Fields(value)
	for i, f := range fields {
		fields[i] = ID(f)
	}
	return strings.Join(strings.Fields(strings.Join(fields, " ")), " ")
}

// image writes a picture, or its alternative text where it may not be loaded.
func (w *writer) image(t token, source string) {
	src, _ := find(t.attrs, source)
	src = w.picture(src)
	if src == "" {
		alt, _ := find(t.attrs, "alt")
		w.text(alt)
		return
	}
	var b strings.Builder
	pair(&b, "src", src)
	if !has(t.attrs, "alt") {
		pair(&b, "alt", "")
	}
	w.push(t, "img", "", b.String()+w.htmlAttrs("img", t))
}

func (w *writer) picture(src string) string {
	if dataImage(src) {
		return src
	}
	src = rewrite(src, w.o.Image)
	if strings.HasPrefix(src, "#") {
		return ""
	}
	return src
}

// media writes a sound or film with its sources; without a usable address only what stands in its place is kept.
func (w *writer) media(t token) {
	if (t.name == "source" || t.name == "track") && !w.within("audio") && !w.within("video") {
		w.leaveOut(t, false)
		return
	}
	var b strings.Builder
	src, given := find(t.attrs, "src")
	if given {
		if src = rewrite(src, w.o.Media); src == "" || src[0] == '#' {
			w.leaveOut(t, false)
			return
		}
		pair(&b, "src", src)
	} else if void[t.name] {
		return
	}
	if poster, ok := find(t.attrs, "poster"); ok && t.name == "video" {
		if poster = w.picture(poster); poster != "" {
			pair(&b, "poster", poster)
		}
	}
	if t.name == "audio" || t.name == "video" {
		b.WriteString(` controls="" preload="none"`)
	}
	w.push(t, t.name, "", b.String()+w.htmlAttrs(t.name, t))
}

// object writes a picture given as an object; of any other object what stands in its place is kept.
func (w *writer) object(t token) {
	kind, _ := find(t.attrs, "type")
	data, _ := find(t.attrs, "data")
	if strings.HasPrefix(strings.ToLower(kind), "image/") {
		if src := w.picture(data); src != "" {
			w.image(token{name: "img", attrs: append([]attr{{"src", data}}, t.attrs...)}, "src")
			w.leaveOut(t, true)
			return
		}
	}
	w.leaveOut(t, false)
}

func (w *writer) startMath(t token) {
	if !mathml[t.name] || t.name == "math" && w.space() == "math" {
		w.leaveOut(t, dropped[t.name])
		return
	}
	var b strings.Builder
	for _, a := range t.attrs {
		switch {
		case a.name == "id":
			if id := ID(a.value); id != "" {
				pair(&b, "id", id)
			}
		case mathAttrs[a.name] && len(a.value) <= 4096:
			pair(&b, a.name, a.value)
		}
	}
	w.push(t, t.name, "math", b.String())
}
