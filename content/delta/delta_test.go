package delta_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"lamplight/content/delta"
	"lamplight/content/delta/deltatest"
)

// made gives the script and the literals between two files, and what they make.
func made(t testing.TB, old, new []byte) (written, literals, back []byte) {
	t.Helper()
	var lit bytes.Buffer
	s, err := delta.Diff(context.Background(), bytes.NewReader(old), int64(len(old)), bytes.NewReader(new), int64(len(new)), func(b []byte) error { lit.Write(b); return nil })
	if err != nil {
		t.Fatal(err)
	}
	written = s.Append(nil)
	read, rest, err := delta.Parse(written, int64(len(old)), int64(len(new)))
	if err != nil || len(rest) != 0 || read.Literals() != int64(lit.Len()) || read.Size() != int64(len(new)) {
		t.Fatalf("read again: %v, %d bytes over, %d literals of %d", err, len(rest), read.Literals(), lit.Len())
	}
	var out bytes.Buffer
	if err := read.Apply(context.Background(), bytes.NewReader(old), bytes.NewReader(lit.Bytes()), &out); err != nil {
		t.Fatal(err)
	}
	return written, lit.Bytes(), out.Bytes()
}

func noise(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func TestTheNewFileIsMadeOfTheOldAndWhatIsNewInIt(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	small, large := noise(r, 200_000), noise(r, 40<<20)
	cat := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for name, c := range map[string]struct {
		old, new []byte
		most     int // literals and script
	}{
		"both empty":           {nil, nil, 2},
		"emptied":              {small, nil, 2},
		"from nothing":         {nil, small, len(small) + 10},
		"the same":             {small, small, 20},
		"a byte replaced":      {small, cat(small[:1000], []byte{small[1000] ^ 1}, small[1001:]), 20},
		"bytes put in":         {small, cat(small[:1000], noise(r, 300), small[1000:]), 330},
		"bytes taken out":      {small, cat(small[:1000], small[3000:]), 20},
		"halves changed round": {small, cat(small[100_000:], small[:100_000]), 60},
		"large, shifted":       {large, cat(noise(r, 1000), large), 1100},
		"large, overwritten":   {large, cat(large[:30<<20], noise(r, 50_000), large[30<<20+50_000:]), 50_200},
		"large, a part out":    {large, cat(large[:10<<20], large[21<<20:]), 500},
		"large, other":         {large, noise(r, 40<<20), 40<<20 + 100},
		"small of large":       {large, large[5<<20 : 6<<20], 200},
	} {
		script, literals, back := made(t, c.old, c.new)
		if !bytes.Equal(back, c.new) {
			t.Errorf("%s: another file was made", name)
		}
		if n := len(script) + len(literals); n > c.most {
			t.Errorf("%s: %d bytes of script, %d new, want at most %d", name, len(script), len(literals), c.most)
		}
	}
}

func TestAHostileScriptIsRefused(t *testing.T) {
	for name, b := range map[string][]byte{
		"nothing":            {},
		"too many steps":     {0xff, 0xff, 0xff, 0xff, 0x0f, 1, 1},
		"before the old":     {1, 0, 5, 1, 0},
		"past the old":       {1, 0, 11, 0, 0},
		"too much":           {1, 9, 9, 0, 0},
		"too little":         {1, 1, 2, 0, 0},
		"a copy of nothing":  {1, 10, 0, 0, 0},
		"an endless number":  {1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1},
		"cut":                {1, 0, 5},
		"a far jump":         {2, 0, 0, 5, 5, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0},
		"many literals over": {0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
	} {
		if _, _, err := delta.Parse(b, 10, 10); err == nil || !strings.Contains(err.Error(), "delta:") {
			t.Errorf("%s: %v", name, err)
		}
	}
	s, _, err := delta.Parse([]byte{0, 10}, 10, 10)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Apply(context.Background(), bytes.NewReader(nil), strings.NewReader("nine byte"), &bytes.Buffer{}); err == nil {
		t.Error("nine literal bytes made ten")
	}
}

func FuzzScript(f *testing.F) {
	f.Add([]byte{1, 0, 5, 0, 5}, int64(10), int64(10))
	f.Add([]byte{2, 1, 1, 2, 2, 1, 3, 4}, int64(10), int64(10))
	f.Fuzz(func(t *testing.T, b []byte, oldSize, size int64) {
		oldSize, size = oldSize&0xffff, size&0xffff
		s, _, err := delta.Parse(b, oldSize, size)
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := s.Apply(context.Background(), bytes.NewReader(make([]byte, oldSize)), bytes.NewReader(make([]byte, s.Literals())), &out); err != nil || int64(out.Len()) != size {
			t.Fatalf("a script that was accepted makes %d bytes of %d: %v", out.Len(), size, err)
		}
		again, rest, err := delta.Parse(s.Append(nil), oldSize, size)
		if err != nil || len(rest) != 0 || again.Literals() != s.Literals() {
			t.Fatalf("written again it is another: %v", err)
		}
	})
}

func FuzzDiff(f *testing.F) {
	f.Add([]byte("the old file, the old file"), []byte("the new file, the old file"))
	f.Fuzz(func(t *testing.T, old, new []byte) {
		if _, _, back := made(t, old, new); !bytes.Equal(back, new) {
			t.Fatal("another file was made")
		}
	})
}

// BenchmarkMixedTree prints what the payload of the one per cent update is, in copies and literals, and by a zstd frame a
// file with the old file as dictionary.
func BenchmarkMixedTree(b *testing.B) {
	dir := b.TempDir()
	if err := deltatest.Tree(dir, 11); err != nil {
		b.Skip(err)
	}
	enc, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	for b.Loop() {
		var scripts, literals []byte
		files, frames := 0, 0
		var ours, theirs time.Duration
		filepath.WalkDir(filepath.Join(dir, "v2"), func(path string, e fs.DirEntry, err error) error {
			if e.IsDir() {
				return nil
			}
			name, _ := filepath.Rel(filepath.Join(dir, "v2"), path)
			old, _ := os.ReadFile(filepath.Join(dir, "v1", name))
			new, _ := os.ReadFile(path)
			if bytes.Equal(old, new) {
				return nil
			}
			files++
			start := time.Now()
			s, l, _ := made(b, old, new)
			scripts, literals = append(scripts, s...), append(literals, l...)
			ours += time.Since(start)
			start = time.Now()
			options := []zstd.EOption{zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(32 << 20), zstd.WithEncoderCRC(false)}
			if len(old) > 0 {
				options = append(options, zstd.WithEncoderDictRaw(1, old))
			}
			dict, _ := zstd.NewWriter(nil, options...)
			frames += len(dict.EncodeAll(new, nil))
			dict.Close()
			theirs += time.Since(start)
			return nil
		})
		start := time.Now()
		n := len(enc.EncodeAll(scripts, nil)) + len(enc.EncodeAll(literals, nil))
		ours += time.Since(start)
		fmt.Printf("%d files changed: %d bytes in copies (%d) and literals (%d), %v; %d bytes in zstd frames with the old file as dictionary, %v\n",
			files, n, len(scripts), len(literals), ours, frames, theirs)
	}
}

// A change in every chunk of two large files: none can be copied whole, and still only what changed is new.
func TestNoStretchOfALargeFileIsLeftOut(t *testing.T) {
	if testing.Short() {
		t.Skip("80 MB")
	}
	old := make([]byte, 80<<20)
	rand.NewChaCha8([32]byte{9}).Read(old)
	changed := bytes.Clone(old)
	for i := 0; i < len(changed); i += 16 << 10 {
		changed[i] ^= 1
	}
	s, err := delta.Diff(context.Background(), bytes.NewReader(old), int64(len(old)), bytes.NewReader(changed), int64(len(changed)), func([]byte) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if n := s.Literals(); n > int64(len(old)>>14)*32 {
		t.Errorf("%d bytes are new, want about the %d that changed", n, len(old)>>14)
	}
}
