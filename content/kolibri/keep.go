package kolibri

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"lamplight/content"
)

// A written file belongs to a node.
type written struct {
	name, preset, language string
	aside                  bool
}

func (w *channelWriter) files(n content.Node, node string, all []written) {
	for i, f := range all {
		hash, ext, _ := strings.Cut(f.name, ".")
		if size, known := w.locals[f.name]; known && size >= 0 {
			w.db.insert("content_localfile", values{"id": hash, "extension": ext, "available": false, "file_size": size})
			w.locals[f.name] = -1 // once
		}
		w.db.insert("content_file", values{
			"id": hexOfKey(node + " " + f.name + " " + f.preset), "preset": f.preset, "supplementary": f.aside, "thumbnail": strings.HasSuffix(f.preset, "_thumbnail"),
			"priority": i + 1, "contentnode_id": node, "lang_id": w.language(f.language), "local_file_id": hash,
		})
	}
}

// store puts what fill writes into the storage.
func (w *channelWriter) store(ext string, fill func(io.Writer) error) (name string, err error) {
	if err := w.folder(filepath.Join(w.to, "storage")); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(filepath.Join(w.to, "storage"), ".lamplight-*")
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name())
	sum := md5.New()
	count := &compiled{}
	count.size = keepInCore // it only counts
	err = fill(io.MultiWriter(f, sum, count))
	_ = f.Chmod(0o644)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	name = hex.EncodeToString(sum.Sum(nil)) + ext
	if _, known := w.locals[name]; !known {
		w.locals[name] = count.size - keepInCore
	}
	to := storagePath(w.to, name)
	if _, err := os.Stat(to); err == nil {
		return name, nil
	}
	if err := w.folder(filepath.Dir(to)); err != nil {
		return "", err
	}
	if err := os.Rename(f.Name(), to); err != nil {
		return "", err
	}
	w.made = append(w.made, to)
	return name, nil
}

// keep puts a file of the course into the storage.
func (w *channelWriter) keep(p string) (name string, err error) {
	f, err := w.r.File(p)
	if err != nil {
		return "", err
	}
	ext := strings.ToLower(path.Ext(f.Path))
	if !extensionShape.MatchString(strings.TrimPrefix(ext, ".")) || strings.HasPrefix(f.MIME, "text/vtt") {
		ext = extensionOf[strings.TrimSpace(strings.Split(f.MIME, ";")[0])]
	}
	if ext == "" {
		return "", fmt.Errorf("%s: of no type that Kolibri has: %w", p, errors.ErrUnsupported)
	}
	return w.store(ext, func(to io.Writer) error { return copyOut(to, f) })
}

var extensionOf = map[string]string{
	"video/mp4": ".mp4", "video/webm": ".webm", "audio/mpeg": ".mp3", "application/pdf": ".pdf", "application/epub+zip": ".epub", "text/vtt": ".vtt",
	"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/svg+xml": ".svg", "image/webp": ".webp",
}
