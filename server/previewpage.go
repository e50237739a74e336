package server

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"path/filepath"
	"strings"

	"lamplight/content/pack"
	"lamplight/ui"
	"lamplight/ui/locale"
)

// reloadScript asks once a second whether the course was built again, and then loads the page again. It is loaded by pages
// of the preview alone; without it there is the link in the bar.
const reloadScript = `(function () {
	var seen = null;
	function ask() {
		var r = new XMLHttpRequest();
		r.onreadystatechange = function () {
			if (r.readyState !== 4) { return; }
			if (r.status === 200) {
				if (seen !== null && seen !== r.responseText) { location.reload(); return; }
				seen = r.responseText;
			}
			setTimeout(ask, 1000);
		};
		r.open("GET", "/preview/version", true);
		r.send();
	}
	ask();
})();
`

// handler shows the node's own pages, with a bar at the end that says how the course stands. While the folder has errors
// these are shown instead. It speaks the author's language; what lint found is English.
func (p *preview) handler(pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		version, problems, course := p.state()
		w.Header().Set("Cache-Control", "no-store")
		switch broken := len(problems) > 0 && !problems[0].Warning; {
		case r.URL.Path == "/preview/version":
			fmt.Fprint(w, version)
		case r.URL.Path == "/preview/reload.js":
			w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
			fmt.Fprint(w, reloadScript)
		case r.URL.Path == "/preview":
			p.showProblems(w, r, http.StatusOK, problems)
		case broken && isPage(r):
			p.showProblems(w, r, http.StatusUnprocessableEntity, problems)
		case r.URL.Path == "/" && course != "":
			http.Redirect(w, r, "/course/"+course, http.StatusSeeOther)
		default:
			for _, h := range []string{"Accept-Encoding", "If-None-Match", "If-Modified-Since"} {
				r.Header.Del(h)
			}
			b := &barWriter{ResponseWriter: w, bar: p.bar(r, problems)}
			pages.ServeHTTP(b, r)
			b.finish()
		}
	})
}

// isPage leaves out what pages load.
func isPage(r *http.Request) bool {
	for _, prefix := range []string{"/static/", "/file/", "/thumbnail/", "/cover/"} {
		if strings.HasPrefix(r.URL.Path, prefix) {
			return false
		}
	}
	return true
}

func (p *preview) state() (version uint64, problems []pack.Problem, course string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.version, p.problems, string(p.course)
}

const reloadTag = `<script src="/preview/reload.js" async></script>`

// wordsFor are those of the first language of a browser that we have.
func wordsFor(r *http.Request) *locale.Locale {
	return locale.For(locale.Match(r.Header.Get("Accept-Language")))
}

// bar ends each page: what lint says, and the page once more for who has no script.
func (p *preview) bar(r *http.Request, problems []pack.Problem) string {
	l := wordsFor(r)
	found := l.N("preview.warnings", len(problems))
	return fmt.Sprintf(`<aside class="banner" lang="%s" dir="%s" aria-label="%s"><p>%s · <a href="/preview">%s</a> · <a href="">%s</a></p></aside>%s`,
		l.Tag(), l.Dir(), said(l, "preview.label"), html.EscapeString(l.T("preview.of", "name", filepath.Base(p.Folder))), html.EscapeString(found), said(l, "preview.again"), reloadTag)
}

func said(l *locale.Locale, key string) string { return html.EscapeString(l.T(key)) }

// showProblems lists what lint found, errors first. It asks for itself again where there is no script.
func (p *preview) showProblems(w http.ResponseWriter, r *http.Request, status int, problems []pack.Problem) {
	l := wordsFor(r)
	var b strings.Builder
	errs := 0
	for _, x := range problems {
		kind := l.T("preview.warning")
		if !x.Warning {
			kind = l.T("preview.error")
			errs++
		}
		where := x.File
		if x.Line > 0 {
			where = l.T("preview.line", "file", x.File, "n", l.Number(x.Line))
		}
		fmt.Fprintf(&b, "<li class=\"panel\"><p>%s: <code>%s</code></p><p lang=\"en\" dir=\"ltr\">%s</p></li>\n", html.EscapeString(kind), html.EscapeString(where), html.EscapeString(x.Reason))
	}
	title := l.T("preview.good")
	if len(problems) > 0 {
		title = l.N("preview.errors", errs) + ", " + l.N("preview.warnings", len(problems)-errs)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; font-src 'self'")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<!doctype html><html lang="%s" dir="%s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%s</title><link rel="stylesheet" href="%s">`+
		`<noscript><meta http-equiv="refresh" content="3"></noscript></head><body><div class="desk"><main class="sheet"><h1>%s</h1><p><bdi>%s</bdi></p><ol class="installed">%s</ol><p><a class="button plain" href="/">%s</a></p></main></div>%s</body></html>`,
		l.Tag(), l.Dir(), html.EscapeString(title), ui.AssetURL("lamplight.css"), html.EscapeString(title), html.EscapeString(p.Folder), b.String(), said(l, "preview.course"), reloadTag)
}

// A barWriter holds a page back until it is whole, to put the bar in. All else goes through.
type barWriter struct {
	http.ResponseWriter
	bar    string
	page   bytes.Buffer
	isPage bool
	begun  bool
	status int
}

func (b *barWriter) WriteHeader(status int) {
	if b.begun {
		return
	}
	b.begun, b.status = true, status
	h := b.Header()
	h.Set("Cache-Control", "no-store")
	h.Del("Etag")
	if b.isPage = strings.HasPrefix(h.Get("Content-Type"), "text/html") && h.Get("Content-Encoding") == ""; b.isPage {
		h.Del("Content-Length")
		return
	}
	b.ResponseWriter.WriteHeader(status)
}

func (b *barWriter) Write(p []byte) (int, error) {
	if !b.begun {
		if b.Header().Get("Content-Type") == "" {
			b.Header().Set("Content-Type", http.DetectContentType(p))
		}
		b.WriteHeader(http.StatusOK)
	}
	if b.isPage {
		return b.page.Write(p)
	}
	return b.ResponseWriter.Write(p)
}

// Unwrap lets files be sent from the disk.
func (b *barWriter) Unwrap() http.ResponseWriter { return b.ResponseWriter }

func (b *barWriter) finish() {
	if !b.isPage {
		return
	}
	page := b.page.Bytes()
	at := bytes.LastIndex(page, []byte("</body>"))
	if at < 0 {
		at = len(page)
	}
	b.ResponseWriter.WriteHeader(b.status)
	b.ResponseWriter.Write(page[:at])
	b.ResponseWriter.Write([]byte(b.bar))
	b.ResponseWriter.Write(page[at:])
}
