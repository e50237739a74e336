package remote

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	maxAttempts = 6         // that bring nothing, one after the other
	worth       = 256 << 10 // bytes that make an attempt count as one that brought something
	maxUnknown  = 4 << 30   // of a file whose length the channel does not say
)

// A fetching is one file on its way to to, by way of to.part.
type fetching struct {
	p        *Peer
	path     string // at the peer
	to       string
	limit    int64              // bytes it may have
	md5      []byte             // nil: none is stated
	dated    bool               // what lies at path may change: its state is noted in to.of
	room     func(int64) error  // may be nil
	progress func(delta int64)  // of bytes; negative when some are given up
	whole    func(string) error // looks at a file without an MD5; may be nil
}

// limitOf is what a file may have whose channel says that it has size bytes, 0 unknown.
func limitOf(size int64) int64 {
	if size <= 0 {
		return maxUnknown
	}
	return size + size/16 + 64<<10
}

// run fetches the file: fs.ErrNotExist when the peer does not have it, fs.ErrInvalid when it is not what it should be.
// What came stays for the next time.
func (f *fetching) run(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Dir(f.to), 0o755); err != nil {
		return err
	}
	if f.dated && !exists(f.to+".part") && exists(f.to) { // perhaps it still is so
		if err := os.Rename(f.to, f.to+".part"); err != nil {
			return err
		}
	}
	part, err := os.OpenFile(f.to+".part", os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer part.Close()
	have, err := part.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	f.progress(have)
	fresh := have == 0
	for attempt := 0; ; attempt++ {
		before := have
		have, err = f.piece(ctx, part, have)
		if err == nil {
			err = f.finish(ctx, part, have)
			if err == nil || fresh || !errors.Is(err, fs.ErrInvalid) {
				return f.giveUp(err)
			}
			fresh, have = true, f.again(part, have) // its beginning was of another day: once more from the start
			continue
		}
		if have-before >= worth {
			attempt = -1
		}
		if !passing(err) || attempt >= maxAttempts {
			return f.giveUp(err)
		}
		if err := f.p.wait(ctx, max(attempt, 0)); err != nil {
			return err
		}
	}
}

// giveUp takes away what came of a file that the peer does not have, or has as something else.
func (f *fetching) giveUp(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		os.Remove(f.to + ".part")
	}
	return err
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// again gives up what came.
func (f *fetching) again(part *os.File, have int64) int64 {
	f.progress(-have)
	part.Truncate(0)
	return 0
}

// piece asks for what is lacking and writes what comes. It answers how much is there now.
func (f *fetching) piece(ctx context.Context, part *os.File, have int64) (int64, error) {
	state := f.state()
	if f.dated && have > 0 {
		if state == "" {
			have = f.again(part, have)
		} else { // its last byte once more, for the answer says whether it is still the same file
			have--
			f.progress(-1)
		}
	}
	a, err := f.p.client.get(ctx, f.path, have, state)
	if s := status(0); errors.As(err, &s) && s == http.StatusRequestedRangeNotSatisfiable && have > 0 {
		if !f.dated {
			return have, nil // it is whole: finish looks
		}
		have = f.again(part, have)
		a, err = f.p.client.get(ctx, f.path, 0, "")
	}
	if err != nil {
		return have, err
	}
	defer a.close()
	if have, err = f.agree(a, part, have); err != nil {
		return have, err
	}
	return f.copy(a, part, have)
}

// agree settles where the answer goes on, and that it may be as long as it says.
func (f *fetching) agree(a *answer, part *os.File, have int64) (int64, error) {
	at := int64(0)
	if a.StatusCode == http.StatusPartialContent {
		at = beginning(a.Header.Get("Content-Range"))
	}
	now := stateOf(a)
	if f.dated && at > 0 && now != f.state() {
		a.end = true
		f.again(part, have)
		os.Remove(f.to + ".of")
		return 0, io.ErrUnexpectedEOF // tried again, from the start
	}
	if at != have {
		if at != 0 {
			return have, fmt.Errorf("the peer gives bytes from %d where those from %d were asked for: %w", at, have, fs.ErrInvalid)
		}
		have = f.again(part, have)
	}
	if f.dated {
		if err := os.WriteFile(f.to+".of", []byte(f.p.address+"\n"+now), 0o644); err != nil {
			return have, err
		}
	}
	if a.ContentLength > f.limit-have {
		a.end = true
		return have, fmt.Errorf("the peer would give %d bytes, at most %d can be: %w", have+a.ContentLength, f.limit, fs.ErrInvalid)
	}
	if f.room != nil && a.ContentLength > 0 {
		return have, f.room(a.ContentLength)
	}
	return have, nil
}

// beginning is the first byte of a Content-Range, −1 when it cannot be read.
func beginning(s string) int64 {
	first, _, ok := strings.Cut(strings.TrimPrefix(s, "bytes "), "-")
	n, err := strconv.ParseInt(first, 10, 64)
	if !ok || err != nil {
		return -1
	}
	return n
}

// state is what the bytes that are here were the beginning of, as the peer named it; "" not known.
func (f *fetching) state() string {
	b, err := os.ReadFile(f.to + ".of")
	if err != nil || !f.dated || len(b) > 1024 {
		return ""
	}
	tag, ok := bytes.CutPrefix(b, []byte(f.p.address+"\n"))
	if !ok {
		return ""
	}
	return string(tag)
}

// stateOf is what the peer calls the state of what it gives.
func stateOf(a *answer) string {
	tag := a.Header.Get("ETag")
	if tag == "" {
		tag = a.Header.Get("Last-Modified")
	}
	return tag
}

func (f *fetching) copy(a *answer, part *os.File, have int64) (int64, error) {
	buf := make([]byte, 128<<10)
	for {
		n, err := a.read(buf)
		if n > 0 {
			if have+int64(n) > f.limit {
				a.end = true
				return have, fmt.Errorf("the peer gives more than the %d bytes it can have: %w", f.limit, fs.ErrInvalid)
			}
			if _, err := part.WriteAt(buf[:n], have); err != nil {
				return have, err
			}
			have += int64(n)
			f.progress(int64(n))
		}
		if errors.Is(err, io.EOF) {
			return have, nil
		}
		if err != nil {
			return have, err
		}
	}
}

// finish compares what came with what it must be, and gives it its name.
func (f *fetching) finish(ctx context.Context, part *os.File, have int64) error {
	sum := md5.New()
	if f.md5 != nil {
		if _, err := io.Copy(sum, io.NewSectionReader(part, 0, have)); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if !bytes.Equal(sum.Sum(nil), f.md5) {
			err := fmt.Errorf("its MD5 is %x: the peer's file is damaged: %w", sum.Sum(nil), fs.ErrInvalid)
			return err
		}
	}
	if f.whole != nil {
		if err := f.whole(f.to + ".part"); err != nil {
			return err
		}
	}
	return os.Rename(f.to+".part", f.to)
}
