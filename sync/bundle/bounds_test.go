package bundle

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
)

// crowded is a visit to a folder with what a test leaves there, by a box of a school.
func crowded(t *testing.T, leave func(dir string, registry *device.Registry, school *device.School)) *visit {
	t.Helper()
	keys, stick := t.TempDir(), t.TempDir()
	own, err := device.Open(keys)
	if err != nil {
		t.Fatal(err)
	}
	registry, err := device.OpenRegistry(keys, own)
	if err != nil {
		t.Fatal(err)
	}
	school, err := device.NewSchool("Kikelelwa")
	if err != nil {
		t.Fatal(err)
	}
	if err := registry.SetSchool(school); err != nil {
		t.Fatal(err)
	}
	carry, err := OpenCarry(filepath.Join(keys, "carry"), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	p := New(Options{Device: own, Registry: registry, Log: noLog{}, Carry: carry, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	leave(filepath.Join(stick, FolderName), registry, school)
	d, err := OpenFolder(stick, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	v := &visit{Porter: p, ctx: context.Background(), d: d, own: own.ID()}
	if err := v.scan(); err != nil {
		t.Fatal(err)
	}
	return v
}

func put(t *testing.T, dir, name string, raw []byte) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), raw, 0o644); err != nil {
		t.Fatal(err)
	}
}

// roll is the files that a head of so many names.
func roll(n int) []headFile {
	out := make([]headFile, n)
	for i := range out {
		out[i] = headFile{fmt.Sprintf("seg-%08d-001.lseg", i), 1, make([]byte, 32)}
	}
	return out
}

func TestStrangersCannotFillAVisitNorCrowdOutWhoIsKnown(t *testing.T) {
	const strangers, heads = 8, 2
	var member string
	v := crowded(t, func(dir string, registry *device.Registry, school *device.School) {
		boxes := make([]*device.Device, strangers+1)
		for i := range boxes {
			var err error
			if boxes[i], err = device.Open(t.TempDir()); err != nil {
				t.Fatal(err)
			}
		}
		slices.SortFunc(boxes, func(a, b *device.Device) int { return strings.Compare(a.ID(), b.ID()) })
		last := boxes[strangers] // who is known has the name that comes last
		if err := registry.Add(school.Enrol(last.Public(), "b", 1, 1)); err != nil {
			t.Fatal(err)
		}
		member = last.ID()
		put(t, filepath.Join(dir, member), "ack.cbor", sign(last, letterAck, ack{clock.Vector{{1}: 7}}))
		for _, b := range boxes[:strangers] {
			for i := range heads {
				put(t, filepath.Join(dir, b.ID()), fmt.Sprintf("head-%08d.cbor", i+1), sign(b, letterHead, head{Number: uint64(i + 1), Files: roll(5000)}))
			}
		}
	})
	held := 0
	for _, a := range v.authors {
		held += len(a.heads)
	}
	t.Logf("of %d heads of strangers %d are held, %d bytes", strangers*heads, held, v.held[trustNone])
	if held == 0 || held == strangers*heads || v.res.Passed != strangers*heads-held || v.res.Damaged != 0 {
		t.Errorf("of %d heads %d are held and %d said to be left", strangers*heads, held, v.res.Passed)
	}
	if a := v.authors[member]; a == nil || a.ack[clock.Stream{1}] != 7 {
		t.Error("strangers crowded out who is known")
	}
}

// One box of the school, a stolen one say, leaves what it likes: others are heard all the same.
func TestOneAuthorHoldsNoMoreThanItsShare(t *testing.T) {
	const heads = 20
	var author string
	v := crowded(t, func(dir string, registry *device.Registry, school *device.School) {
		d, err := device.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if err := registry.Add(school.Enrol(d.Public(), "b", 1, 1)); err != nil {
			t.Fatal(err)
		}
		author = d.ID()
		for i := range heads {
			put(t, filepath.Join(dir, author), fmt.Sprintf("head-%08d.cbor", i+1), sign(d, letterHead, head{Number: uint64(i + 1), Files: roll(2000)}))
		}
		long := head{Number: heads + 1, Files: make([]headFile, 1<<14)} // sixteen thousand names of nothing, in 200 KB
		put(t, filepath.Join(dir, author), "head-00000000.cbor", sign(d, letterHead, long))
		put(t, filepath.Join(dir, author), "want.cbor", sign(d, letterWant, want{[]wanted{{Hash: []byte("short")}, {Hash: make([]byte, 32)}}}))
	})
	a := v.authors[author]
	if n := len(a.heads); n < 2 || n > heads || v.res.Passed == 0 || a.held > maxAuthor {
		t.Errorf("%d heads are held, %d bytes; %d left unread", n, a.held, v.res.Passed)
	}
	if len(a.want) != 1 {
		t.Errorf("%d wants are heard beside the heads, want the one that can be of a blob", len(a.want))
	}
	if n := len(a.heads["head-00000000.cbor"]); n != 0 {
		t.Errorf("%d names of no file are held", n)
	}
}

// What a district is brought by boxes of its schools comes before what anybody leaves.
func TestADistrictKnowsTheBoxesOfItsSchools(t *testing.T) {
	village, err := device.NewSchool("Village")
	if err != nil {
		t.Fatal(err)
	}
	boxes := make([]*device.Device, 2)
	for i := range boxes {
		if boxes[i], err = device.Open(t.TempDir()); err != nil {
			t.Fatal(err)
		}
	}
	v := crowded(t, func(dir string, _ *device.Registry, _ *device.School) {
		cert := village.Enrol(boxes[0].Public(), "b", 1, 1)
		for _, b := range boxes { // the other shows somebody else's
			put(t, filepath.Join(dir, b.ID()), "who.cbor", sign(b, letterWho, who{Certificates: [][]byte{cert.Marshal()}}))
		}
	})
	v.o.Schools = heldSchool(village.ID())
	if err := v.scan(); err != nil {
		t.Fatal(err)
	}
	if of := v.authors[boxes[0].ID()].trust; of != trustKnown {
		t.Errorf("a box of a school that is held has the trust %d", of)
	}
	if of := v.authors[boxes[1].ID()].trust; of != trustNone {
		t.Errorf("who shows a certificate of another box has the trust %d", of)
	}
}

// A heldSchool is the one school of a district.
type heldSchool string

func (s heldSchool) Place(_ context.Context, tag [8]byte) (exchange.Place, error) {
	if tag != exchange.SchoolTag(string(s)) {
		return exchange.Place{}, fs.ErrNotExist
	}
	return exchange.Place{School: string(s)}, nil
}
