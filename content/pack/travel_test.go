package pack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
	if err := Travel(context.Background(), path, &trip); err != nil {
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

func TestWhatArrivesDamagedLeavesNoFile(t *testing.T) {
	_, path := packed(t, fsysOf(fixture()))
	var trip bytes.Buffer
	if err := Travel(context.Background(), path, &trip); err != nil {
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
