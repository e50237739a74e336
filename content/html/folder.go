package html

import (
	"context"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zeebo/blake3"

	"lamplight/content"
)

// webExtensions are what pages are made of.
var webExtensions = map[string]bool{
	".html": true, ".htm": true, ".xhtml": true, ".css": true, ".js": true, ".mjs": true, ".json": true, ".map": true, ".txt": true, ".md": true,
	".png": true, ".jpg": true, ".jpeg": true, ".gif": true, ".svg": true, ".webp": true, ".ico": true, ".bmp": true,
	".woff": true, ".woff2": true, ".ttf": true, ".otf": true, ".eot": true, ".xml": true, ".wasm": true, ".webmanifest": true, "": true,
}

// claimsFolder says whether all of a folder is one package of pages: one that begins with an index and holds no other
// package below it; or one at whose top lie pages and their parts and nothing else to learn from. A stick with an index of
// its ZIMs is neither.
func claimsFolder(path string) bool {
	entries, err := os.ReadDir(path)
	if err != nil || partOf(filepath.Join(path, "x")) != "" {
		return false
	}
	index, pages, others := false, 0, 0
	for _, e := range entries {
		name := strings.ToLower(e.Name())
		switch {
		case systemFile(name):
		case markers[name] != "" || name == "databases" && e.IsDir() || name == "course.md":
			return false
		case e.IsDir():
		case isPage(name):
			pages++
			index = index || slices.Contains(fronts, name)
		case !webExtensions[filepath.Ext(name)]:
			others++
		}
	}
	if pages == 0 || !index && others > 0 {
		return false
	}
	return !holdsPackages(path)
}

// holdsPackages says whether a course of another kind lies below path, or too much for a package of pages.
func holdsPackages(path string) bool {
	files := 0
	err := filepath.WalkDir(path, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.Type()&fs.ModeSymlink != 0 {
			return nil // what cannot be read is told of by Plan
		}
		name := strings.ToLower(e.Name())
		switch {
		case markers[name] != "", name == "databases" && e.IsDir(), name == "course.md", slices.Contains(containers, filepath.Ext(name)):
			return fs.ErrExist
		case e.IsDir():
			return nil
		}
		if files++; files > maxFiles {
			return fs.ErrExist
		}
		return nil
	})
	return err != nil
}

// containers are files that are courses of their own.
var containers = []string{".zim", ".zimaa", ".epub", ".lamp", ".h5p", ".mbz", ".imscc", ".perseus", ".sqlite3"}

// planFolder plans a folder of pages, or the lone page only in it.
func planFolder(ctx context.Context, dir, only string, o content.ImportOptions) (*content.Plan, error) {
	files, err := listFolder(dir, only)
	if err != nil {
		return nil, err
	}
	src := newFolder(dir, files)
	title := filepath.Base(dir)
	if only != "" {
		title = only
	}
	b, err := readSite(src, title)
	if err != nil {
		return nil, err
	}
	p := &content.Plan{}
	sum := blake3.New()
	for _, file := range files {
		fmt.Fprintf(sum, "%s\x00%d\x00", file.name, file.size)
		f, err := os.Open(src.path(file.name))
		if err != nil {
			return nil, err
		}
		err = hashInto(ctx, sum, f)
		f.Close()
		if err != nil {
			return nil, err
		}
		p.Files = append(p.Files, content.PlanFile{Name: folderName + file.name, Size: file.size, Parts: []string{src.path(file.name)}})
	}
	for _, file := range files {
		b.Names = append(b.Names, file.name)
	}
	return p, b.finish(p, hex.EncodeToString(sum.Sum(nil)), o)
}
