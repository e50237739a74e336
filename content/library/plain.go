package library

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// A plainer is a format whose files hold compressed text, of which it can make a plain form and of that the same file again:
// there a change stays small.
type plainer interface {
	// Plain writes the plain form of the file at path: the same bytes for the same file. It fails when there is none. w is
	// an io.WriterAt too.
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

// plain makes the plain forms of both files, temporary ones; false where either has none, and where another program packed
// the new one.
func (u *updater) plain(p *pair, oldPath, newPath string) (a, b string, ok bool) {
	format, ok := u.l.plainer(u.new.Format)
	if _, others := format.(repacker); !ok || u.old.Format != u.new.Format || others && u.newPlain == "" {
		return "", "", false
	}
	a, ok = u.l.plainForm(u.ctx, format, oldPath, &p.remove)
	if ok && u.newPlain != "" {
		return a, u.newPlain, true
	}
	if ok {
		b, ok = u.l.plainForm(u.ctx, format, newPath, &p.remove)
	}
	return a, b, ok
}

func (l *Library) plainForm(ctx context.Context, format plainer, path string, remove *[]string) (to string, ok bool) {
	fi, err := os.Stat(path)
	if err != nil {
		return "", false
	}
	most, err := l.blobs.Left()
	if err != nil {
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
	w := &bounded{f: f, most: min(most, plainly*fi.Size()+plainly<<20)}
	err = survive(func() error { return format.Plain(ctx, path, w) })
	return to, errors.Join(err, f.Close()) == nil
}

// removeAll takes temporary files away; one that is gone already, or was never made, is no trouble.
func removeAll(paths []string) {
	for _, path := range paths {
		os.Remove(path)
	}
}

// plainly is how many times as large as a file its plain form may be: text is packed to a quarter, of one page again and
// again nothing is left.
const plainly = 8

// A bounded file does not grow beyond most bytes.
type bounded struct {
	f        *os.File
	at, most int64
}

func (b *bounded) Write(p []byte) (int, error) {
	n, err := b.WriteAt(p, b.at)
	b.at += int64(n)
	return n, err
}

// WriteAt implements io.WriterAt.
func (b *bounded) WriteAt(p []byte, at int64) (int, error) {
	if at > b.most-int64(len(p)) {
		return 0, fmt.Errorf("a plain form of more than %d bytes: %w", b.most, syscall.ENOSPC)
	}
	return b.f.WriteAt(p, at)
}
