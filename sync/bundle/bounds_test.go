package bundle

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lamplight/sync/clock"
	"lamplight/sync/device"
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

func TestStrangersCannotFillAVisitNorCrowdOutWhoIsKnown(t *testing.T) {
	const strangers, heads = 6, 2
	var member string
	long := make([]headFile, 1<<14)
	for i := range long {
		long[i] = headFile{fmt.Sprintf("seg-%0100d.lseg", i), 1, nil}
	}
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
				put(t, filepath.Join(dir, b.ID()), fmt.Sprintf("head-%08d.cbor", i+1), sign(b, letterHead, head{Number: uint64(i + 1), Files: long}))
			}
		}
	})
	held := 0
	for _, a := range v.authors {
		held += len(a.heads)
	}
	t.Logf("of %d heads of strangers %d are held, %d bytes", strangers*heads, held, v.small)
	if held == 0 || held == strangers*heads || v.res.Damaged != strangers*heads-held {
		t.Errorf("of %d heads %d are held and %d told of", strangers*heads, held, v.res.Damaged)
	}
	if a := v.authors[member]; a == nil || a.ack[clock.Stream{1}] != 7 {
		t.Error("strangers crowded out who is known")
	}
}
