package zim

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/zeebo/blake3"

	"lamplight/content/importtest"
	"lamplight/content/zim/zimtest"
)

// plainOf writes the plain form of a ZIM to a file.
func plainOf(t testing.TB, path string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "plain")
	f, err := os.Create(to)
	if err == nil {
		err = errors.Join(Format{}.Plain(context.Background(), path, f), f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return to
}

func fromPlain(t testing.TB, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	to := filepath.Join(t.TempDir(), "packed.zim")
	if err := (Format{}).FromPlain(context.Background(), f, to, 1<<30); err != nil {
		t.Fatal(err)
	}
	return to
}

func same(t testing.TB, a, b string) bool {
	t.Helper()
	x, errX := os.ReadFile(a)
	y, errY := os.ReadFile(b)
	if err := errors.Join(errX, errY); err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(x, y)
}

// told is all that can be read of a ZIM but the lists of searching: an entry a line.
func told(t *testing.T, r *Reader) (lines []string) {
	t.Helper()
	a := r.archive
	name := func(i uint32) string {
		if d, err := a.entry(i); err == nil {
			return string(rune(d.ns)) + "/" + d.path
		}
		return ""
	}
	lines = append(lines, fmt.Sprint("main page ", name(a.header.mainPage)), fmt.Sprintf("%x %d", a.header.uuid, a.header.minor))
	err := a.scan(context.Background(), func(i uint32, d *dirent, err error) error {
		if err != nil || d.ns == 'X' || d.ns == 'Z' {
			return err
		}
		line := fmt.Sprintf("%s %q ", name(i), d.title)
		if d.redirect() {
			lines = append(lines, line+name(d.target))
			return nil
		}
		f, err := r.File(string(rune(d.ns)) + "/" + d.path)
		if err != nil {
			return err
		}
		b, err := importtest.ReadFile(f)
		lines = append(lines, line+a.mimes[d.mime]+" "+f.MIME+" "+tag(blake3.Sum256(b)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestAPlainFormHoldsAllThatAZIMHolds(t *testing.T) {
	for name, path := range samples(t) {
		t.Run(name, func(t *testing.T) {
			plain := plainOf(t, path)
			again := fromPlain(t, plain)
			_, old := openPath(t, path)
			p, r := openPath(t, again)
			was, is := told(t, old), told(t, r)
			for i, line := range was {
				if i >= len(is) || is[i] != line {
					t.Fatalf("line %d of %d and %d: it was\n%.300s, is\n%.300q", i, len(was), len(is), line, is[min(i, len(is)-1)])
				}
			}
			if len(was) != len(is) {
				t.Fatalf("%d entries became %d", len(was), len(is))
			}
			if bad, err := r.Verify(context.Background()); err != nil || len(bad) > 0 || len(p.Warnings) > 0 {
				t.Errorf("%v, %v, %q", bad, err, p.Warnings)
			}
			if a, b := frontsOf(t, old), frontsOf(t, r); old.listing.Load().kind == fronts && a != b {
				t.Errorf("front articles were\n%.1000s, are\n%.1000s", a, b)
			}
			if !same(t, plain, plainOf(t, again)) {
				t.Error("what was packed anew has another plain form")
			}
			if !same(t, again, fromPlain(t, plainOf(t, again))) {
				t.Error("the second time another file is made")
			}
			sizes := [3]int64{}
			for i, path := range []string{path, plain, again} {
				fi, _ := os.Stat(path)
				sizes[i] = fi.Size()
			}
			t.Logf("%d bytes, plain %d, packed anew %d", sizes[0], sizes[1], sizes[2])
			if _, ok := passes(t, path); ok {
				if said, ok := passes(t, again); !ok {
					t.Error(said)
				}
			}
		})
	}
}

// frontsOf are the titles of the front articles in the order shown, then which they are.
func frontsOf(t *testing.T, r *Reader) string {
	t.Helper()
	nodes, _, err := r.Children("", 0, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	var titles, paths []string
	for _, n := range nodes {
		titles, paths = append(titles, n.Title), append(paths, n.Path)
	}
	slices.Sort(paths)
	return strings.Join(append(titles, paths...), "\n")
}

// passes says whether zimcheck, where it is, finds checksum, structure and main page of a ZIM right.
func passes(t *testing.T, path string) (said string, ok bool) {
	t.Helper()
	if _, err := exec.LookPath("zimcheck"); err != nil {
		t.Log("zimcheck is not installed: libzim was not asked")
		return "", true
	}
	out, err := exec.Command("zimcheck", "--checksum", "--integrity", "--main", path).CombinedOutput()
	return string(out), err == nil
}

func samples(t *testing.T) map[string]string {
	t.Helper()
	plain := modern()
	plain.NoChecksum = true
	all := map[string]string{
		"modern": write(t, "modern.zim", modern().Make(t)), "classic": write(t, "classic.zim", classic().Make(t)),
		"large": write(t, "large.zim", large(60).Make(t)), "no checksum": write(t, "plain.zim", plain.Make(t)),
		"empty": write(t, "empty.zim", zimtest.Recipe{Major: 6, Minor: 1}.Make(t)),
	}
	if _, err := os.Stat("../../../shared/corpus"); err != nil && os.Getenv("LAMPLIGHT_CORPUS") == "" {
		return all
	}
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "zim") {
		if parts, err := findParts(e.File); err == nil && len(parts) == 1 && (!testing.Short() || e.Bytes < 1<<20) {
			all[filepath.Base(e.Path)] = e.File
		}
	}
	return all
}

func TestWhatIsPackedAnewPassesTheSuite(t *testing.T) {
	again := func(r zimtest.Recipe) string { return fromPlain(t, plainOf(t, write(t, "a.zim", r.Make(t)))) }
	importtest.Run(t, Format{}, []importtest.Sample{
		{Path: again(modern()), Title: "Seeds and stars", Licence: "CC-BY-SA-4.0", Owner: "A Press", Languages: []string{"en", "fr", "sw"}, Resources: 3, More: checkModern},
		{Path: again(classic()), Title: "Seeds and stars", Languages: []string{"sw"}, Resources: 2, More: checkClassic},
		{Path: again(large(60)), Resources: 60},
	}, nil)
}

func TestAHostilePlainFormMakesNothing(t *testing.T) {
	plain, err := os.ReadFile(plainOf(t, write(t, "modern.zim", modern().Make(t))))
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(fromPlain(t, write(t, "plain", plain)))
	if err != nil {
		t.Fatal(err)
	}
	try := func(name string, b []byte, most int64) {
		t.Helper()
		to := filepath.Join(t.TempDir(), "made.zim")
		err := Format{}.FromPlain(context.Background(), bytes.NewReader(b), to, most)
		if err == nil {
			if got, _ := os.ReadFile(to); name == "cut" || bytes.Equal(got, want) {
				t.Errorf("%s: it makes the same file", name)
			}
			return
		}
		if _, errStat := os.Stat(to); errStat == nil || !kind(err) {
			t.Errorf("%s: %v, and a file was left: %v", name, err, errStat == nil)
		}
	}
	for i := 0; i < len(plain); i += 1 + len(plain)/500 {
		try("cut", plain[:i], 1<<30)
		changed := bytes.Clone(plain)
		changed[i] ^= 0x21
		try("changed", changed, 1<<30)
	}
	try("a file that is one byte longer than it may be", plain, int64(len(want))-1)
	first := plainHead + int(binary.BigEndian.Uint32(plain[12:])) // the length of the first item's content
	for name, lie := range map[string][]byte{
		"entries": slices.Concat(plain[:8], []byte{0, 7, 255, 255}, plain[12:]), "names": slices.Concat(plain[:12], []byte{0, 255, 255, 255}, plain[16:]),
		"too many entries": slices.Concat(plain[:8], []byte{255, 255, 255, 255}, plain[12:]), "long names": slices.Concat(plain[:12], []byte{255, 255, 255, 255}, plain[16:]),
		"content": slices.Concat(plain[:first], binary.AppendUvarint(nil, 1<<30), plain[first:]), "endless content": slices.Concat(plain[:first], binary.AppendUvarint(nil, 1<<63), plain[first:]),
		"another encoder": bytes.Replace(plain, []byte("zstd better"), []byte("zstd bitter"), 1),
	} {
		before := allocated()
		try("a lie about "+name, lie, 1<<40)
		if took := allocated() - before; took > 48<<20 {
			t.Errorf("a lie about %s takes %d MB", name, took>>20)
		}
	}
}

// allocated is how many bytes were ever allocated.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// FuzzFromPlain: no bytes make a panic, a file that is longer than it may be, or an error without a kind.
func FuzzFromPlain(f *testing.F) {
	for _, r := range []zimtest.Recipe{modern(), classic()} {
		for i := range r.Entries {
			r.Entries[i].Data = r.Entries[i].Data[:min(200, len(r.Entries[i].Data))]
		}
		b, err := os.ReadFile(plainOf(f, write(f, "a.zim", r.Make(f))))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		const most = 64 << 10
		path := filepath.Join(t.TempDir(), "made.zim")
		if err := (Format{}).FromPlain(context.Background(), bytes.NewReader(b), path, most); err != nil {
			if !kind(err) {
				t.Error(err)
			}
			return
		}
		made, err := os.ReadFile(path)
		if err != nil || len(made) > most {
			t.Fatal(len(made), err)
		}
		if a, err := openArchive(bytes.NewReader(made), int64(len(made)), "made.zim", NewCache(1<<20)); !kind(err) {
			t.Error(err)
		} else if err == nil {
			if _, err := a.verify(context.Background()); !kind(err) {
				t.Error(err)
			}
		}
	})
}

// FuzzPlain: whatever has a plain form is made of it again, and what is made has the same.
func FuzzPlain(f *testing.F) {
	for _, r := range []zimtest.Recipe{modern(), classic(), {Major: 6, Minor: 1}} {
		for i := range r.Entries {
			r.Entries[i].Data = r.Entries[i].Data[:min(200, len(r.Entries[i].Data))]
		}
		f.Add(r.Make(f))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		to, err := os.Create(filepath.Join(t.TempDir(), "plain"))
		if err != nil {
			t.Fatal(err)
		}
		defer to.Close()
		if err := (Format{}).Plain(context.Background(), write(t, "a.zim", b), to); err != nil {
			if !kind(err) {
				t.Error(err)
			}
			return
		}
		again := fromPlain(t, to.Name())
		if !same(t, to.Name(), plainOf(t, again)) {
			t.Error("what was packed anew has another plain form")
		}
	})
}

// Clusters that lie over each other make of a small file as much as one likes: what is unpacked is bounded by its size.
func TestClustersThatLieOverEachOtherAreNotUnpackedForever(t *testing.T) {
	const clusters = 300
	r := zimtest.Recipe{Major: 6, Minor: 1, Packs: bytes.Repeat([]byte{zimtest.PackZstd}, clusters)}
	for i := range clusters {
		size := 10
		if i == 0 {
			size = 1 << 20
		}
		r.Entries = append(r.Entries, zimtest.Entry{NS: 'C', Path: fmt.Sprintf("page-%04d", i), MIME: "text/html", Data: strings.Repeat(" ", size), Cluster: i})
	}
	b := r.Make(t)
	plain := func() error {
		path := filepath.Join(t.TempDir(), "a.zim")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(path + ".plain")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		return Format{}.Plain(context.Background(), path, f)
	}
	if err := plain(); err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	if n := le.Uint32(b[28:]); n != clusters {
		t.Fatalf("%d clusters", n)
	}
	for at, i := le.Uint64(b[48:]), 1; i < clusters; i++ {
		copy(b[at+8*uint64(i):], b[at:at+8]) // all begin where the first does
	}
	sum := md5.Sum(b[:len(b)-md5.Size])
	copy(b[len(b)-md5.Size:], sum[:])
	if err := plain(); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("a file of %d bytes with %d MB on top of each other: %v", len(b), clusters, err)
	}
}
