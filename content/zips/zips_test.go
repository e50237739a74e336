package zips

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/flate"

	"lamplight/content/importtest"
)

// manual is an entry as it is given, so that it may lie.
type manual struct {
	name         string
	data         []byte
	method       uint16
	size, packed uint32
	header       int // −1 where it is written, else where the directory says it is
	crc          uint32
	flags        uint16
	maker        byte
	attributes   uint32
	extra        []byte
}

func stored(name, text string) manual {
	return manual{name: name, data: []byte(text), size: uint32(len(text)), packed: uint32(len(text)), header: -1, crc: crc32.ChecksumIEEE([]byte(text))}
}

func deflated(name string, text []byte) manual {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, 9)
	w.Write(text)
	w.Close()
	return manual{name: name, data: b.Bytes(), method: 8, size: uint32(len(text)), packed: uint32(b.Len()), header: -1, crc: crc32.ChecksumIEEE(text)}
}

func makeZip(entries ...manual) []byte {
	var b, dir bytes.Buffer
	common := func(w *bytes.Buffer, e manual, extra int) {
		for _, v := range []any{uint16(20), e.flags, e.method, uint32(0), e.crc, e.packed, e.size, uint16(len(e.name)), uint16(extra)} {
			binary.Write(w, binary.LittleEndian, v)
		}
	}
	for _, e := range entries {
		at := e.header
		if at < 0 {
			at = b.Len()
			b.WriteString("PK\x03\x04")
			common(&b, e, 0)
			b.WriteString(e.name)
			b.Write(e.data)
		}
		dir.WriteString("PK\x01\x02\x14" + string(rune(e.maker)))
		common(&dir, e, len(e.extra))
		for _, v := range []any{uint16(0), uint16(0), uint16(0), e.attributes, uint32(at)} {
			binary.Write(&dir, binary.LittleEndian, v)
		}
		dir.WriteString(e.name)
		dir.Write(e.extra)
	}
	start := b.Len()
	b.Write(dir.Bytes())
	b.WriteString("PK\x05\x06\x00\x00\x00\x00")
	for _, v := range []any{uint16(len(entries)), uint16(len(entries)), uint32(dir.Len()), uint32(start), uint16(0)} {
		binary.Write(&b, binary.LittleEndian, v)
	}
	return b.Bytes()
}

func opened(t *testing.T, b []byte) *Zip {
	t.Helper()
	z, err := OpenZip(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestArchivesOfTheStandardLibraryAreReadWhole(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("#! something before it\n")
	w := zip.NewWriter(&b)
	w.SetOffset(int64(b.Len()))
	want := map[string]string{"index.html": "<p>hi", "a/b.txt": strings.Repeat("text ", 9000), "a/empty": "", "naïve.txt": "x"}
	for name, text := range want {
		f, _ := w.Create(name)
		io.WriteString(f, text)
	}
	w.Create("a/folder/")
	w.SetComment("made by PK\x05\x06 somebody, and more words")
	w.Close()
	z := opened(t, b.Bytes())
	if z.Len() != len(want) || len(z.Warnings()) != 0 {
		t.Errorf("%d entries, %q", z.Len(), z.Warnings())
	}
	for name, text := range want {
		if got, err := z.ReadFile(name, 1<<20); err != nil || string(got) != text {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
		offset, size, deflated, err := z.Extent(name)
		if raw := b.Bytes()[offset : offset+size]; err != nil || !deflated && string(raw) != text {
			t.Errorf("%s: extent %d+%d, %v", name, offset, size, err)
		}
	}
	if _, err := z.ReadFile("a/b.txt", 44_999); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("more than the limit: %v", err)
	}
	if damaged, err := z.Verify(context.Background(), 1<<20, 1<<20); err != nil || len(damaged) > 0 {
		t.Errorf("Verify: %v, %v", damaged, err)
	}
	again := Restore(bytes.NewReader(b.Bytes()), slices.Collect(z.Entries()))
	if got, err := again.ReadFile("A/B.TXT", 1<<20); err != nil || len(got) != 45_000 {
		t.Errorf("restored, another letter case: %d bytes, %v", len(got), err)
	}
}

func TestNamesThatLeadOutAreLeftOut(t *testing.T) {
	bad := []string{"../a", "/etc/passwd", `..\..\a`, `C:\a`, "c:/a", "a/../../b", "x\x00.html", "", "..", ".", "a\nb", strings.Repeat("x", 1025), "//host/a", "./../x"}
	good := map[string]string{"./b": "b", "a/./c": "a/c", `w\x.txt`: "w/x.txt", "x/../d": "d", "File:One.html": "File:One.html", "...": "..."}
	var all []manual
	for _, n := range bad {
		all = append(all, stored(n, "evil"))
	}
	for n := range good {
		all = append(all, stored(n, "good"))
	}
	z := opened(t, makeZip(all...))
	if len(z.Warnings()) != len(bad) || z.Len() != len(good) {
		t.Errorf("%d names left out of %d, %d kept of %d: %q", len(z.Warnings()), len(bad), z.Len(), len(good), z.Warnings())
	}
	for name := range z.Names() {
		if !fs.ValidPath(name) {
			t.Errorf("name %q", name)
		}
	}
	for _, n := range good {
		if b, err := z.ReadFile(n, 10); err != nil || string(b) != "good" {
			t.Errorf("%q: %s, %v", n, b, err)
		}
	}
}

func TestLinksAndDevicesAreLeftOut(t *testing.T) {
	special := func(name string, maker byte, mode uint32) manual {
		m := stored(name, "/etc/passwd")
		m.maker, m.attributes = maker, mode<<16
		return m
	}
	z := opened(t, makeZip(special("link", 3, 0o120777), special("pipe", 3, 0o010644), special("disk", 19, 0o060644),
		special("file", 3, 0o100644), special("dos", 0, 0o120777)))
	if got := slices.Collect(z.Names()); !slices.Equal(got, []string{"file", "dos"}) {
		t.Errorf("kept %q; %q", got, z.Warnings())
	}
}

func TestNamesInOldEncodingsStayReachable(t *testing.T) {
	lying := stored("\xff\xfe.html", "lying")
	lying.flags = 1 << 11
	field := stored("r\x82sum\x82.html", "field")
	field.extra = append([]byte{0x75, 0x70, 18, 0, 1}, binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(field.name)))...)
	field.extra = append(field.extra, "ré/sumé.html"...)
	field.extra[2] = byte(len(field.extra) - 4)
	z := opened(t, makeZip(lying, field, stored("\x93\xfa\x96{.html", "sjis"), stored("\xe3\xca.html", "cp1256"), stored("caf\x82.html", "cp850"),
		stored("Cafe\u0301.txt", "nfd"), stored("a", "1"), stored("a", "2"), stored("A", "3"), stored("a/b", "4")))
	for name, want := range map[string]string{
		"\xff\xfe.html": "lying", "ré/sumé.html": "field", "\x93\xfa\x96{.html": "sjis", "مت.html": "cp1256", "\xe3\xca.html": "cp1256",
		"café.html": "cp850", "Café.txt": "nfd", "a": "1", "A": "3", "a/b": "4",
	} {
		if b, err := z.ReadFile(name, 100); err != nil || string(b) != want {
			t.Errorf("%q: %q, %v", name, b, err)
		}
	}
}

func TestEntriesThatLieAreFoundOut(t *testing.T) {
	small, huge := deflated("small", make([]byte, 1<<20)), deflated("huge", []byte("twelve bytes"))
	small.size, huge.size = 100, 0xFFFFFFFE
	wrong := stored("crc", "abc")
	wrong.crc++
	cut := deflated("cut", []byte(strings.Repeat("cut short", 99)))
	cut.data = cut.data[:len(cut.data)-6]
	cut.packed -= 6
	junk := deflated("junk", []byte("junk"))
	copy(junk.data, "\xff\xff\xff")
	locked, method := stored("locked", "x"), stored("method", "x")
	locked.flags, method.method = 1, 12
	uneven := stored("uneven", "abc")
	uneven.size = 9
	bomb := deflated("bomb", make([]byte, 20<<20))
	z := opened(t, makeZip(small, huge, wrong, cut, junk, locked, method, uneven, bomb, stored("fine", "fine")))
	damaged, err := z.Verify(context.Background(), 64<<20, 1<<30)
	if err != nil || len(damaged) != 9 || damaged["fine"] != nil {
		t.Errorf("%d damaged: %v, %v", len(damaged), damaged, err)
	}
	for name, err := range damaged {
		_, got := z.ReadFile(name, 1<<30)
		kind := fs.ErrInvalid
		if name == "locked" || name == "method" {
			kind = errors.ErrUnsupported
		}
		if !errors.Is(err, kind) || !errors.Is(got, kind) || !strings.Contains(got.Error(), name) {
			t.Errorf("%s: %v; reading: %v", name, err, got)
		}
	}
	if _, err := z.Verify(context.Background(), 64<<20, 900); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("more than the total: %v", err)
	}
}

func TestBrokenDirectoriesAreRefused(t *testing.T) {
	whole := makeZip(stored("a", "x"), stored("b", "y"))
	on := stored("b", "y")
	on.header = 0
	far := stored("far", "x")
	far.packed = 1 << 30
	many := bytes.Clone(whole)
	binary.LittleEndian.PutUint16(many[len(many)-12:], 7)
	outside := bytes.Clone(whole)
	binary.LittleEndian.PutUint32(outside[len(outside)-6:], 1<<30)
	for name, b := range map[string][]byte{
		"nothing": {}, "no zip": []byte("hello"), "cut short": whole[:len(whole)-30], "an end record cut short": whole[:len(whole)-3],
		"entries on each other": makeZip(stored("a", "x"), on), "an entry past the end": makeZip(far), "fewer than it says": many, "a directory elsewhere": outside,
	} {
		if _, err := OpenZip(bytes.NewReader(b), int64(len(b))); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if z := opened(t, makeZip()); z.Len() != 0 {
		t.Errorf("an empty archive has %d entries", z.Len())
	}
}

func TestAMillionEntriesAreSurvived(t *testing.T) {
	var b bytes.Buffer
	head := make([]byte, 46)
	copy(head, "PK\x01\x02")
	name := make([]byte, 0, 16)
	write := func(n int) {
		b.Reset()
		b.WriteString("PK\x03\x04" + strings.Repeat("\x00", 26))
		for i := range n {
			name = fmt.Appendf(name[:0], "n%d", i)
			binary.LittleEndian.PutUint16(head[28:], uint16(len(name)))
			b.Write(head)
			b.Write(name)
		}
		size := b.Len() - 30
		b.WriteString("PK\x05\x06\x00\x00\x00\x00")
		for _, v := range []any{uint16(n), uint16(n), uint32(size), uint32(30), uint16(0)} {
			binary.Write(&b, binary.LittleEndian, v)
		}
	}
	for _, n := range []int{1 << 20, maxEntries + 1} { // the first is too many bytes, the second too many entries
		write(n)
		if _, err := OpenZip(bytes.NewReader(b.Bytes()), int64(b.Len())); !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), "entries") {
			t.Errorf("%d entries: %v", n, err)
		}
	}
}

func TestAnArchiveAtItsLimitsHoldsLittle(t *testing.T) {
	var all []manual
	for i := range maxEntries {
		all = append(all, stored(fmt.Sprintf("folder/of/pages/number %d.html", i), ""))
	}
	b := makeZip(all...) // its count has lost its high bits
	all = nil
	z := heldBy(t, 36<<20, func() *Zip { return opened(t, b) })
	if z.Len() != maxEntries {
		t.Fatalf("%d entries", z.Len())
	}
	if _, err := z.Stat("Folder/of/pages/NUMBER 99999.html"); err != nil {
		t.Error(err)
	}
}

func heldBy(t *testing.T, most uint64, make func() *Zip) *Zip {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	z := make()
	runtime.GC()
	runtime.ReadMemStats(&after)
	if held := after.HeapAlloc - before.HeapAlloc; held > most {
		t.Errorf("holds %d bytes, at most %d", held, most)
	} else {
		t.Logf("holds %.1f MB", float64(held)/(1<<20))
	}
	return z
}

func TestCorpusArchivesAreReadOrRefusedByReason(t *testing.T) {
	for _, e := range importtest.Manifest(t) {
		if !strings.HasSuffix(e.Path, ".zip") {
			continue
		}
		b, err := os.ReadFile(e.File)
		if err != nil {
			t.Fatal(err)
		}
		z, err := OpenZip(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			if !errors.Is(err, fs.ErrInvalid) || !strings.HasPrefix(e.Path, "bad/") {
				t.Errorf("%s: %v", e.Path, err)
			}
			t.Logf("%-50s refused: %v", e.Path, err)
			continue
		}
		damaged, err := z.Verify(context.Background(), 64<<20, 2<<30)
		if !strings.HasPrefix(e.Path, "bad/") && (err != nil || len(damaged) > 0 || len(z.Warnings()) > 0) {
			t.Errorf("%s: %v, %v, %q", e.Path, err, damaged, z.Warnings())
		}
		t.Logf("%-50s %d entries, %d damaged, %d left out (%s)", e.Path, z.Len(), len(damaged), len(z.Warnings()), e.Expect)
	}
}

func FuzzOpenZip(f *testing.F) {
	f.Add(makeZip(stored("a", "x"), deflated("b/c", []byte("yyyyyyyyyyyyyy"))))
	f.Fuzz(func(t *testing.T, b []byte) {
		z, err := OpenZip(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			if !errors.Is(err, fs.ErrInvalid) {
				t.Fatalf("%v has no kind", err)
			}
			return
		}
		for e := range z.Entries() {
			if !fs.ValidPath(e.Name) {
				t.Fatalf("name %q leads out", e.Name)
			}
			if offset, size, _, err := z.Extent(e.Name); err == nil && (offset < 30 || size < 0 || offset+size > int64(len(b))) {
				t.Fatalf("%q lies at %d+%d of %d bytes", e.Name, offset, size, len(b))
			}
			if got, err := z.ReadFile(e.Name, 1<<20); err == nil && int64(len(got)) > 1<<20 {
				t.Fatal("more than the limit")
			}
		}
	})
}
