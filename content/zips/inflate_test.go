package zips

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	stdflate "compress/flate"
)

// samples are texts that make a packer use each kind of block.
func samples() map[string][]byte {
	rnd := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 300<<10)
	for i := range noise {
		noise[i] = byte(rnd.Uint32())
	}
	mixed := bytes.Repeat([]byte("some text that comes again, "), 4000)
	for i := 0; i < len(mixed); i += 97 {
		mixed[i] = byte(rnd.Uint32())
	}
	far := append(append(bytes.Clone(noise[:32<<10]), noise[:32<<10]...), noise[:999]...)
	return map[string][]byte{"nothing": nil, "a letter": {'x'}, "noise": noise, "mixed": mixed, "far": far, "zeros": make([]byte, 1<<20)}
}

func packed(t testing.TB, text []byte, level int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := stdflate.NewWriter(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(text); i += 50_000 {
		w.Write(text[i:min(i+50_000, len(text))])
		if i%3 == 1 {
			w.Flush()
		}
	}
	w.Close()
	return b.Bytes()
}

func TestStreamsUnpackAsTheStandardLibraryUnpacksThem(t *testing.T) {
	for name, text := range samples() {
		for _, level := range []int{stdflate.HuffmanOnly, 0, 1, 6, 9} {
			b := packed(t, text, level)
			r := NewRestarts(1<<20).Open(bytes.NewReader(b), Stream{Packed: int64(len(b)), Size: int64(len(text))})
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, text) {
				t.Errorf("%s at level %d: %d bytes of %d, %v", name, level, len(got), len(text), err)
			}
		}
	}
}

func TestAnyPlaceOfAStreamIsReached(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	text := make([]byte, 3<<20)
	for i := range text {
		text[i] = "aeiou  nrst,\n"[rnd.IntN(13)]
		if i%(2<<20) > 1<<20 {
			text[i] = byte(rnd.Uint32())
		}
	}
	for _, level := range []int{stdflate.HuffmanOnly, 1} {
		b := append([]byte("before"), packed(t, text, level)...)
		c := NewRestarts(64 * restartSize)
		s := Stream{Path: "x", Offset: 6, Packed: int64(len(b) - 6), Size: int64(len(text))}
		var all sync.WaitGroup
		for g := range 4 {
			all.Go(func() {
				rnd := rand.New(rand.NewPCG(uint64(g), 9))
				r := c.Open(bytes.NewReader(b), s)
				defer r.Close()
				buf := make([]byte, 40_000)
				for range 8 {
					at := rnd.IntN(len(text) + 10)
					if _, err := r.Seek(int64(at), io.SeekStart); err != nil {
						t.Error(err)
					}
					want := text[min(at, len(text)):min(at+len(buf), len(text))]
					n, err := io.ReadFull(r, buf)
					if !bytes.Equal(buf[:n], want) || err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
						t.Errorf("at %d: %d bytes, %v", at, n, err)
						return
					}
				}
			})
		}
		all.Wait()
		if n := len(c.streams); n != 1 || c.size < 2*restartSize {
			t.Errorf("level %d: %d streams, %d bytes of restarts: none were kept", level, n, c.size)
		}
	}
}

// A counter counts what is read of a file.
type counter struct {
	io.ReaderAt
	n int
}

func (c *counter) ReadAt(p []byte, at int64) (int, error) {
	c.n += len(p)
	return c.ReaderAt.ReadAt(p, at)
}

func TestALaterSeekReadsOnlyAStep(t *testing.T) {
	text := samples()["noise"]
	for len(text) < 8<<20 {
		text = append(text, text...)
	}
	b := packed(t, text, stdflate.HuffmanOnly)
	s := Stream{Packed: int64(len(b)), Size: int64(len(text))}
	c := NewRestarts(4 << 20)
	seek := func(at int64) int {
		src := &counter{ReaderAt: bytes.NewReader(b)}
		r := c.Open(src, s)
		defer r.Close()
		r.Seek(at, io.SeekStart)
		got := make([]byte, 100)
		if _, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, text[at:at+100]) {
			t.Fatal(err)
		}
		return src.n
	}
	first, again, between := seek(s.Size-1000), seek(s.Size-1000), seek(s.Size/2)
	if first < len(b)*9/10 || again > 2*minStep || between > 2*minStep {
		t.Errorf("of %d bytes the first seek read %d, the second %d, one in the middle %d", len(b), first, again, between)
	}
}

func TestRestartsStayWithinTheirBytes(t *testing.T) {
	text := make([]byte, 4<<20)
	b := packed(t, text, 1)
	c := NewRestarts(5 * restartSize)
	for i := range 4 {
		r := c.Open(bytes.NewReader(b), Stream{Path: fmt.Sprint(i), Packed: int64(len(b)), Size: int64(len(text))})
		if _, err := io.Copy(io.Discard, r); err != nil {
			t.Fatal(err)
		}
		r.Close()
		if c.size > c.limit {
			t.Fatalf("%d bytes, at most %d", c.size, c.limit)
		}
	}
	n := int64(0)
	for _, e := range c.streams {
		n += int64(len(e.Value.(*places).all))
	}
	if n*restartSize != c.size || n == 0 || len(c.streams) != c.order.Len() {
		t.Errorf("%d restarts, %d bytes, %d streams of %d", n, c.size, len(c.streams), c.order.Len())
	}
}

func TestBrokenStreamsEndInAnErrorWithAKind(t *testing.T) {
	text := samples()["mixed"]
	b := packed(t, text, 6)
	broken := map[string][]byte{"cut short": b[:len(b)/2], "nothing": {}, "a block of no kind": {7}, "two lengths": {1, 2, 0, 2, 0}, "too far back": {0x03 | 0x60, 0x02, 0x02, 0}}
	for name, b := range broken {
		r := NewRestarts(0).Open(bytes.NewReader(b), Stream{Packed: int64(len(b)), Size: int64(len(text))})
		if _, err := io.Copy(io.Discard, r); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r := NewRestarts(0).Open(bytes.NewReader(b), Stream{Packed: int64(len(b)), Size: 10})
	if got, err := io.ReadAll(r); err != nil || string(got) != string(text[:10]) {
		t.Errorf("of a stream longer than said: %q, %v", got, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func BenchmarkInflated(b *testing.B) {
	for name, text := range map[string][]byte{"text": []byte(strings.Repeat(strings.Join(strings.Fields("the quick brown fox jumps over a lazy dog and then some more of it 0123456789"), " "), 20_000)), "noise": samples()["noise"]} {
		p := packed(b, text, 6)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				r := NewRestarts(0).Open(bytes.NewReader(p), Stream{Packed: int64(len(p)), Size: int64(len(text))})
				io.Copy(io.Discard, r)
				r.Close()
			}
		})
	}
}

func FuzzInflated(f *testing.F) {
	for _, text := range samples() {
		f.Add(packed(f, text[:min(len(text), 5000)], 6))
		f.Add(packed(f, text[:min(len(text), 5000)], stdflate.HuffmanOnly))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		want, wantErr := io.ReadAll(io.LimitReader(stdflate.NewReader(bytes.NewReader(b)), 1<<20))
		r := NewRestarts(1<<20).Open(bytes.NewReader(b), Stream{Packed: int64(len(b)), Size: 1 << 20})
		got, _ := io.ReadAll(r)
		r.Close()
		if wantErr == nil && !bytes.Equal(got, want) {
			t.Fatalf("%d bytes, the standard library has %d", len(got), len(want))
		}
		if len(got) > 0 && len(want) > 0 && !bytes.HasPrefix(got, want[:min(len(want), len(got))]) {
			t.Fatal("other bytes than the standard library's")
		}
	})
}
