package kolibri

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"

	"lamplight/content"
)

// contents puts what a resource is opened with into the storage; none is one that is left out and named.
func (w *channelWriter) contents(n content.Node) (all []written, err error) {
	var main written
	switch n.Kind {
	case content.Video, content.Audio, content.Document, content.Book:
		main.preset = map[content.Kind]string{content.Video: "high_res_video", content.Audio: "audio", content.Document: "document", content.Book: "epub"}[n.Kind]
		main.name, err = w.keep(n.Path)
	case content.Page:
		main.preset = "html5_zip"
		main.name, err = w.page(n)
	case content.Practice:
		return w.practice(n)
	default:
		err = fmt.Errorf("a %s: %w", n.Kind, errors.ErrUnsupported)
	}
	if errors.Is(err, errors.ErrUnsupported) {
		w.leave("%s: %v", n.Title, err)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	main.language = n.Language
	all = append(all, main)
	for _, c := range n.Captions {
		if name, err := w.keep(c.Path); err == nil {
			all = append(all, written{name: name, preset: "video_subtitle", language: c.Language, aside: true})
		}
	}
	if name, err := w.keep(n.Thumbnail); n.Thumbnail != "" && err == nil {
		all = append(all, written{name: name, preset: kolibriKinds[n.Kind] + "_thumbnail", aside: true})
	}
	return all, nil
}

// channelPicture is the course's thumbnail as a data: address, "" for none.
func (w *channelWriter) channelPicture() string {
	f, err := w.r.File(w.course.Thumbnail)
	if w.course.Thumbnail == "" || err != nil || f.Size > 256<<10 {
		return ""
	}
	var b bytes.Buffer
	if copyOut(&b, f) != nil || pictureType(b.Bytes()) == "" {
		return ""
	}
	return "data:" + pictureType(b.Bytes()) + ";base64," + base64.StdEncoding.EncodeToString(b.Bytes())
}

// copyOut writes the bytes of a file, unpacked.
func copyOut(to io.Writer, f content.File) error {
	var from io.Reader = bytes.NewReader(f.Bytes)
	if f.Source != nil {
		file, err := os.Open(f.Source.Path)
		if err != nil {
			return err
		}
		defer file.Close()
		from = io.NewSectionReader(file, f.Source.Offset, f.Source.Size)
	}
	switch f.Coding {
	case "gzip":
		z, err := gzip.NewReader(from)
		if err != nil {
			return err
		}
		from = io.LimitReader(z, 1<<30)
	case "deflate":
		from = io.LimitReader(flate.NewReader(from), f.Inflated)
	}
	_, err := io.Copy(to, from)
	return err
}

var (
	pageFile = regexp.MustCompile(`(src|poster|href)="/file/[0-9a-f]{32}/([^"]*)"`)
	pageLink = regexp.MustCompile(` href="/[^"]*"`)
)

// page makes an HTML package of one of our own pages, with what it shows.
func (w *channelWriter) page(n content.Node) (string, error) {
	pages, ok := w.r.(content.PageReader)
	if !ok {
		return "", fmt.Errorf("a page: %w", errors.ErrUnsupported)
	}
	ready, err := pages.ReadyPage(n.ID)
	if err != nil {
		return "", err
	}
	z, err := gzip.NewReader(bytes.NewReader(ready.Gzip))
	if err != nil {
		return "", err
	}
	article, err := io.ReadAll(io.LimitReader(z, 8<<20))
	if err != nil {
		return "", err
	}
	shown := map[string]string{} // path in the package → in the course
	body := pageFile.ReplaceAllStringFunc(string(article), func(s string) string {
		m := pageFile.FindStringSubmatch(s)
		p, err := url.PathUnescape(html.UnescapeString(m[2]))
		if err != nil {
			return ""
		}
		name := "files/" + strconv.Itoa(len(shown)) + strings.ToLower(path.Ext(p))
		shown[name] = p
		return m[1] + `="` + name + `"`
	})
	body = pageLink.ReplaceAllString(body, "")
	lang := cmp.Or(n.Language, first(w.course.Languages))
	head := `<!DOCTYPE html><html lang="` + html.EscapeString(lang) + `" dir="auto"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>` +
		html.EscapeString(n.Title) + `</title><style>body{font:1.1em/1.5 sans-serif;max-width:40em;margin:1em auto;padding:0 1em}img,svg{max-width:100%;height:auto}table{border-collapse:collapse}td,th{border:1px solid;padding:.2em .5em}</style></head><body>`
	return w.zip(".zip", func(add func(name string, fill func(io.Writer) error) error) error {
		err := add("index.html", func(to io.Writer) error { _, err := io.WriteString(to, head+body+"</body></html>"); return err })
		for i := 0; i < len(shown) && err == nil; i++ {
			for name, p := range shown {
				if strings.HasPrefix(name, "files/"+strconv.Itoa(i)+".") || name == "files/"+strconv.Itoa(i) {
					err = w.addFile(add, name, p)
				}
			}
		}
		return err
	})
}

func (w *channelWriter) addFile(add func(name string, fill func(io.Writer) error) error, name, p string) error {
	f, err := w.r.File(p)
	if err != nil {
		return nil // a page may name what its course does not have
	}
	return add(name, func(to io.Writer) error { return copyOut(to, f) })
}

// zip stores an archive, the same bytes for the same entries.
func (w *channelWriter) zip(ext string, fill func(add func(name string, fill func(io.Writer) error) error) error) (string, error) {
	return w.store(ext, func(to io.Writer) error {
		z := zip.NewWriter(to)
		err := fill(func(name string, fill func(io.Writer) error) error {
			e, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
			if err != nil {
				return err
			}
			return fill(e)
		})
		return errors.Join(err, z.Close())
	})
}

// practice makes a .perseus archive of the questions of an exercise that Kolibri can ask as they are: choices and numbers
// that are not drawn anew. The others are named.
func (w *channelWriter) practice(n content.Node) ([]written, error) {
	exercises, ok := w.r.(content.ExerciseReader)
	if !ok {
		w.leave("%s: an exercise: %v", n.Title, errors.ErrUnsupported)
		return nil, nil
	}
	x, err := exercises.Exercise(n.ID)
	if err != nil {
		return nil, err
	}
	a := archive{pictures: map[string]string{}}
	for _, item := range x.Items {
		if reason := a.add(item); reason != "" {
			w.leave("%s: question %s: %s", n.Title, item.ID, reason)
		}
	}
	if len(a.ids) == 0 {
		w.leave("%s: none of its questions can be asked by Kolibri", n.Title)
		return nil, nil
	}
	name, err := w.perseus(&a, x)
	if err != nil {
		return nil, err
	}
	node := hexOfKey(string(w.course.ID) + " " + string(n.ID))
	w.db.insert("content_assessmentmetadata", values{
		"id": hexOfKey(node + " questions"), "assessment_item_ids": asJSON(a.ids), "number_of_assessments": len(a.ids),
		"mastery_model": asJSON(a.model(x.Criterion)), "randomize": true, "is_manipulable": false, "contentnode_id": node,
	})
	return []written{{name: name, preset: "exercise", language: n.Language}}, nil
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "null" // of what is built here nothing fails
	}
	return string(b)
}
