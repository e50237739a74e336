// Package media reads loose files: video, audio, PDF, with captions and covers beside them.
//
// A lone file is a course of one resource. A folder is one course named after it, its sub-folders are topics, its files
// resources in the order of their names. Captions and pictures attach to the file whose name they begin with
// ("film.mp4", "film.sw.vtt", "film.srt", "film.jpg"). Files are kept whole and sent from where they lie; SubRip is
// turned into WebVTT when asked for.
//
// The file heads are read by small parsers of our own, bounded in bytes and steps, that never touch sound or picture.
package media

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lamplight/content"
)

// Format reads media files and folders of them.
type Format struct{}

// Name is "media".
func (Format) Name() string { return "media" }

// Claims a file by its name or first bytes, captions too, so that Plan can say what they need; a folder when there is a
// media file somewhere in it.
func (Format) Claims(path string, head []byte) bool {
	if info, err := os.Stat(path); len(head) > 0 || err != nil || !info.IsDir() {
		return claims(path, head)
	}
	return holdsMedia(path)
}

// holdsMedia looks for a media file by name, folders of other formats left out.
func holdsMedia(path string) (found bool) {
	entries := 0
	_ = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if entries++; entries > maxWalked {
			return filepath.SkipAll
		}
		if d.IsDir() {
			if p != path && (skipped(d.Name()) || foreign(p)) {
				return filepath.SkipDir
			}
			return nil
		}
		ext := strings.ToLower(filepath.Ext(p))
		if d.Type().IsRegular() && !skipped(d.Name()) && (extensions[ext] || refused[ext] != "") {
			found = true
			return filepath.SkipAll
		}
		return nil
	})
	return found
}

// Plan reads the heads of all files and hashes them. Files of a folder that cannot be used are left out with a warning;
// of a lone file the reason is the error.
func (Format) Plan(ctx context.Context, path string, o content.ImportOptions) (*content.Plan, error) {
	path = filepath.Clean(path)
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("media: %s: %w", filepath.Base(path), err)
	}
	p := planner{ctx: ctx, o: o, root: path, names: map[string]bool{}}
	if info.IsDir() {
		err = p.folder()
	} else {
		err = p.lone(info)
	}
	if err != nil {
		return nil, fmt.Errorf("media: %s: %w", filepath.Base(path), err)
	}
	plan, err := p.plan()
	if err != nil {
		return nil, fmt.Errorf("media: %s: %w", filepath.Base(path), err)
	}
	return plan, nil
}

// Open opens an installed course; it reads nothing but the index.
func (Format) Open(c content.Course, files content.Files, index []byte) (content.Reader, error) {
	s, err := decodeShelf(index)
	if err != nil {
		return nil, fmt.Errorf("media: %s: its index: %v: %w", c.Title, err, fs.ErrInvalid)
	}
	return newReader(c, s, files), nil
}
