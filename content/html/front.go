package html

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"lamplight/content/arrange"
)

// markers are files at the top of a package that say what else it is.
var markers = map[string]string{
	"imsmanifest.xml": "an IMS content package (SCORM, QTI or Common Cartridge)", "h5p.json": "an H5P package",
	"moodle_backup.xml": "a Moodle backup", "cmi5.xml": "a cmi5 course", "exercise.json": "a Perseus exercise",
	"meta-inf/container.xml": "an EPUB book", "course.md": "a course folder of ours", "course.xml": "an Open edX course",
}

// fronts are names of pages that packages begin with, likeliest first; those of an extension by itself are in findFront.
var fronts = []string{
	"index.html", "index.htm", "index.xhtml", "default.html", "default.htm", "start.html", "home.html", "main.html", "story.html", "launch.html",
}

// readSite finds out what a package holds: where it begins, and what its pages say. name is the file's or folder's, for
// what says nothing of itself.
func readSite(src source, name string) (*site, error) {
	root, names, err := findRoot(src)
	if err != nil {
		return nil, err
	}
	front, pages, err := findFront(src, root, names)
	if err != nil {
		return nil, err
	}
	b := &site{Form: siteVersion, Root: root, Front: front}
	if err := b.read(src, pages, name); err != nil {
		return nil, err
	}
	b.state(src, names)
	return b, nil
}

// findRoot finds where the package begins: "" or "FOLDER/", the one folder that somebody zipped instead of its content.
// names are its files but for what systems leave, without the root.
func findRoot(src source) (root string, names []string, err error) {
	for name := range src.Names() {
		if !systemFile(name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "", nil, fmt.Errorf("it is empty: %w", fs.ErrInvalid)
	}
	for range 4 { // folders in folders
		if err := marked(src, root); err != nil {
			return "", nil, err
		}
		top, _, nested := strings.Cut(names[0], "/")
		if !nested || slices.ContainsFunc(names, func(n string) bool { return !strings.HasPrefix(n, top+"/") }) {
			break
		}
		root += top + "/"
		for i := range names {
			names[i] = names[i][len(top)+1:]
		}
	}
	return root, names, nil
}

// marked refuses what says that it is something else.
func marked(src source, root string) error {
	for _, name := range []string{"META-INF/container.xml", "imsmanifest.xml", "h5p.json", "moodle_backup.xml", "cmi5.xml", "exercise.json", "course.md"} {
		if _, ok := src.Has(root + name); ok {
			return fmt.Errorf("this is %s (it has %s), which is not read as a web package: %w", markers[strings.ToLower(name)], name, errors.ErrUnsupported)
		}
	}
	return nil
}

// findFront finds the page to begin with: an index at the root; the only page at the root; the only page at all. pages are
// all pages of the package by name, the front not first. A package that has several pages and no such one is a set of
// pages: it begins with the first by name.
func findFront(src source, root string, names []string) (front string, pages []string, err error) {
	var top []string
	for _, name := range names {
		if isPage(name) {
			pages = append(pages, root+name)
			if !strings.Contains(name, "/") {
				top = append(top, root+name)
			}
		}
	}
	slices.Sort(pages)
	for _, name := range fronts {
		if found, ok := src.Has(root + name); ok {
			return found, pages, nil
		}
	}
	slices.Sort(top)
	switch {
	case len(top) > 0:
		return top[0], pages, nil
	case len(pages) > 0:
		arrange.Stably(pages, func(a, b string) int { return strings.Count(a, "/") - strings.Count(b, "/") })
		return pages[0], pages, nil
	}
	return "", nil, fmt.Errorf("there is no web page in it: no index.html, and no other; it holds %s (unpack it and import the folder, if these are to be read): %w", holds(names), fs.ErrInvalid)
}

// holds says in words what a package without pages holds.
func holds(names []string) string {
	most, counts := "", map[string]int{}
	for _, n := range names {
		ext := strings.ToLower(path.Ext(n))
		if counts[ext]++; counts[ext] > counts[most] {
			most = ext
		}
	}
	if most == "" || len(names) == 1 {
		return fmt.Sprintf("%.80q and %d more", names[0], len(names)-1)
	}
	return fmt.Sprintf("%d files, most of them %.12s", len(names), most)
}
