package library

import (
	"context"
	"errors"
	"io"
	"os"
)

// A plainer is a format whose files hold compressed text, of which it can make a plain form and of that the same file again:
// there a change stays small.
type plainer interface {
	// Plain writes the plain form of the file at path: the same bytes for the same file. It fails when there is none.
	Plain(ctx context.Context, path string, w io.Writer) error
	// FromPlain makes the file at path, which must not exist, of at most size bytes. What fails leaves none.
	FromPlain(ctx context.Context, r io.Reader, path string, size int64) error
}

func (l *Library) plainer(format string) (plainer, bool) {
	f, err := l.format(format)
	if err != nil {
		return nil, false
	}
	p, ok := f.(plainer)
	return p, ok
}

// plain makes the plain forms of both files, temporary ones; false where either has none.
func (u *updater) plain(p *pair, oldPath, newPath string) (a, b string, ok bool) {
	format, ok := u.l.plainer(u.new.Format)
	if !ok || u.old.Format != u.new.Format {
		return "", "", false
	}
	if a, ok = u.l.plainForm(u.ctx, format, oldPath, &p.remove); ok {
		b, ok = u.l.plainForm(u.ctx, format, newPath, &p.remove)
	}
	return a, b, ok
}

func (l *Library) plainForm(ctx context.Context, format plainer, path string, remove *[]string) (to string, ok bool) {
	fi, err := os.Stat(path)
	if err != nil || l.blobs.Room(4*fi.Size()) != nil {
		return "", false
	}
	if to, err = l.blobs.Temp(); err != nil {
		return "", false
	}
	*remove = append(*remove, to)
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return "", false
	}
	err = survive(func() error { return format.Plain(ctx, path, f) })
	return to, errors.Join(err, f.Close()) == nil
}
