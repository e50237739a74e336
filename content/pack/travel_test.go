package pack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/flate"

	"lamplight/content"
)

// lessons is the fixture with many pages that have much in common, as pages of a course do.
func lessons() map[string]string {
	files := fixture()
	for i := range 40 {
		files[fmt.Sprintf("03-more/%02d-page-%d.md", i, i)] = fmt.Sprintf("# Page %d\n\n## You will learn\n\n- to count to %d\n\n## Watch how it is done\n\n"+
			"Take a handful of seeds. Put them in a row. Count them. Touch each of the %d seeds once.\n\n## Remember\n\nOne touch, one number.\n", i, i*3, i*3)
	}
	return files
}

func TestAPackTravelsSmallAndArrivesBitForBit(t *testing.T) {
	_, path := packed(t, fsysOf(lessons()))
	var trip bytes.Buffer
	if err := Travel(context.Background(), path, &trip, 1<<30); err != nil {
		t.Fatal(err)
	}
	want, _ := os.ReadFile(path)
	if trip.Len()*4 > len(want)*3 {
		t.Errorf("it travels as %d bytes, the file has %d: want a quarter less at least", trip.Len(), len(want))
	}
	to := filepath.Join(t.TempDir(), "b.lamp")
	if err := FromTravel(context.Background(), bytes.NewReader(trip.Bytes()), to, 1<<30); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(to); !bytes.Equal(got, want) {
		t.Error("another file arrived")
	}
	t.Logf("%d bytes travel as %d", len(want), trip.Len())
}

func TestAPackOfMegabytesOfTextTravelsInPieces(t *testing.T) {
	files := lessons()
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 40 {
		var b strings.Builder
		for b.Len() < 40<<10 {
			fmt.Fprintf(&b, "Word %d follows word %d.\n\n", rng.IntN(1e9), rng.IntN(1e9))
		}
		files[fmt.Sprintf("03-more/%02d-page-%d.md", i, i)] += b.String()
	}
	_, path := packed(t, fsysOf(files))
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var trip, again bytes.Buffer
	if err := errors.Join(Travel(context.Background(), path, &trip, 1<<30), Travel(context.Background(), path, &again, 1<<30)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(trip.Bytes(), again.Bytes()) {
		t.Error("the same pack travels in other bytes the second time")
	}
	to := filepath.Join(t.TempDir(), "b.lamp")
	if err := FromTravel(context.Background(), bytes.NewReader(trip.Bytes()), to, int64(len(want))); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(to); !bytes.Equal(got, want) {
		t.Error("another file arrived")
	}
	err = FromTravel(context.Background(), bytes.NewReader(trip.Bytes()), to+"2", int64(len(want))-1)
	if _, errStat := os.Stat(to + "2"); !errors.Is(err, fs.ErrInvalid) || errStat == nil {
		t.Errorf("a pack larger than announced: %v", err)
	}
	t.Logf("%d bytes travel as %d", len(want), trip.Len())
}

func TestAPackThatIsMostlyFilmsDoesNotTravelOtherwise(t *testing.T) {
	files := lessons()
	film := make([]byte, 1<<20)
	rand.NewChaCha8([32]byte{1}).Read(film)
	files["03-more/film.mp4"] = string(film)
	_, path := packed(t, fsysOf(files))
	fi, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	var trip bytes.Buffer
	if err := Travel(context.Background(), path, &trip, fi.Size()*7/8); !errors.Is(err, ErrNotSmaller) || trip.Len() > 0 {
		t.Errorf("%v after %d bytes", err, trip.Len())
	}
	if err := Travel(context.Background(), path, &trip, fi.Size()); err != nil || int64(trip.Len()) >= fi.Size() {
		t.Errorf("%d bytes travel as %d: %v", fi.Size(), trip.Len(), err)
	}
	least := int64(trip.Len()) // not a byte less will do, and nothing is read for it beyond the pages
	trip.Reset()
	if err := Travel(context.Background(), path, &trip, least-1); !errors.Is(err, ErrNotSmaller) || trip.Len() > 128<<10 {
		t.Errorf("%v after %d bytes", err, trip.Len())
	}
}

func TestAPackOfAnotherEncoderTravelsPlain(t *testing.T) {
	built, _, err := build(context.Background(), fsysOf(lessons()), content.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := built.write(context.Background(), path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	built.index.Encoder = "somebody else's flate 4"
	if err := Travel(context.Background(), write("says so.lamp"), io.Discard, 1<<30); !errors.Is(err, ErrOtherEncoder) {
		t.Errorf("a pack that names another encoder: %v", err)
	}
	built.index.Encoder = Encoder
	if err := Travel(context.Background(), write("is so.lamp"), io.Discard, 1<<30); err != nil {
		t.Errorf("a pack of ours: %v", err)
	}
	recompressLast(t, built)
	if err := Travel(context.Background(), write("lies.lamp"), io.Discard, 1<<30); !errors.Is(err, ErrOtherEncoder) {
		t.Errorf("a pack compressed otherwise than it says: %v", err)
	}
}

// recompressLast stores the last page as a right member that our encoder would not make.
func recompressLast(t *testing.T, built *compiled) {
	last := len(built.index.Nodes) - 1
	n := &built.index.Nodes[last]
	if n.Kind != content.Page {
		t.Fatal("the fixture does not end in a page")
	}
	old := built.members[len(built.members)-1]
	page, err := io.ReadAll(flate.NewReader(bytes.NewReader(old[10:])))
	if err != nil {
		t.Fatal(err)
	}
	member := bytes.NewBuffer(bytes.Clone(old[:10]))
	w, err := flate.NewWriter(member, flate.NoCompression)
	if err == nil {
		_, err = w.Write(page)
	}
	if err = errors.Join(err, w.Flush()); err != nil {
		t.Fatal(err)
	}
	member.Write(old[len(old)-10:])
	built.members[len(built.members)-1] = member.Bytes()
	more := int64(member.Len() - len(old))
	n.Stored += more
	for i := range built.index.Files {
		built.index.Files[i].Offset += more
	}
	built.size += more
}

func TestWhatArrivesDamagedLeavesNoFile(t *testing.T) {
	_, path := packed(t, fsysOf(fixture()))
	var trip bytes.Buffer
	if err := Travel(context.Background(), path, &trip, 1<<30); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "b.lamp")
	want, _ := os.ReadFile(path)
	try := func(what string, b []byte) {
		err := FromTravel(context.Background(), bytes.NewReader(b), to, 1<<20)
		if got, _ := os.ReadFile(to); err == nil && bytes.Equal(got, want) {
			os.Remove(to) // a bit of a frame that says nothing
			return
		}
		if !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, ErrOtherEncoder) {
			t.Fatalf("%s: %v", what, err)
		}
		if _, err := os.Stat(to); err == nil {
			t.Fatalf("%s: a file is left", what)
		}
	}
	for cut := 0; cut < trip.Len(); cut += 31 {
		try(fmt.Sprint("cut at ", cut), trip.Bytes()[:cut])
	}
	for off := 0; off < trip.Len(); off += 23 {
		if off >= 9 && off < 12 {
			continue // reserved, and not looked at
		}
		b := bytes.Clone(trip.Bytes())
		b[off] ^= 16
		try(fmt.Sprint("flipped at ", off), b)
	}
	other := strings.Replace(trip.String(), "klauspost/compress", "somebody/elsewhere", 1)
	if err := FromTravel(context.Background(), strings.NewReader(other), to, 1<<20); !errors.Is(err, ErrOtherEncoder) {
		t.Errorf("another encoder: %v", err)
	}
}

func FuzzFromTravel(f *testing.F) {
	built, _, err := build(context.Background(), fsysOf(fixture()), content.ImportOptions{})
	path := filepath.Join(f.TempDir(), "a.lamp")
	if err == nil {
		err = built.write(context.Background(), path)
	}
	var trip bytes.Buffer
	if err == nil {
		err = Travel(context.Background(), path, &trip, 1<<30)
	}
	if err != nil {
		f.Fatal(err)
	}
	f.Add(trip.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		to := filepath.Join(t.TempDir(), "b.lamp")
		err := FromTravel(context.Background(), bytes.NewReader(b), to, 1<<20)
		if _, errStat := os.Stat(to); (err == nil) != (errStat == nil) {
			t.Fatalf("%v, and the file: %v", err, errStat)
		}
		if err != nil && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, ErrOtherEncoder) {
			t.Fatal(err)
		}
	})
}
