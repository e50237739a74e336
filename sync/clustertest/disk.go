package clustertest

import (
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"lamplight/sync/clock"
	"lamplight/sync/eventlog"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// A Disk is a real eventlog whose folds count, for each learner and exercise, answers and right ones: trivial, and any
// order of arrival gives the same.
type Disk struct{ *eventlog.Log }

// counts is the Applier.
type counts struct{}

const countsBucket = "counts"

func (counts) Version() uint32   { return 1 }
func (counts) Buckets() []string { return []string{countsBucket} }

func (counts) Apply(kv eventlog.KV, e *segment.Event) error {
	key := append(append([]byte{}, e.Bytes(1)...), e.Bytes(2)...)
	var answers, right uint64
	if old := kv.Get(countsBucket, key); len(old) == 16 {
		answers, right = binary.BigEndian.Uint64(old), binary.BigEndian.Uint64(old[8:])
	}
	answers++
	right += e.Uint(3) / 10000
	kv.Put(countsBucket, key, binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, answers), right))
	return nil
}

// Write appends events like Sample's; those of the roster have a body.
func (d Disk) Write(scope segment.Scope, count int) error {
	before := uint64(len(d.Vector()))
	drafts := make([]eventlog.Draft, count)
	for i := range drafts {
		e := Sample(before*1000 + uint64(i))
		drafts[i] = eventlog.Draft{Scope: scope, Kind: e.Kind, Fields: e.Fields}
		if ending := scope[max(0, len(scope)-7):]; ending == "/roster" {
			drafts[i].Body = []byte("Amina Juma")
		}
	}
	_, err := d.Append(context.Background(), drafts...)
	return err
}

// NewDiskBox is NewBox with a real eventlog. source gives its time since boot; nil is the real one.
func NewDiskBox(t *testing.T, n *Network, name string, source clock.Source, edit func(*exchange.Options)) *Box {
	t.Helper()
	b := &Box{Name: name, Dir: folder(t), Blobs: NewBlobs(), t: t, net: n, edit: edit, source: source}
	b.openKeys()
	b.openLog()
	b.Start()
	return b
}

func (b *Box) openLog() {
	b.t.Helper()
	l, err := eventlog.Open(eventlog.Options{
		Dir: filepath.Join(b.Dir, "journal"), DB: filepath.Join(b.Dir, "records.db"), Device: b.Device, Registry: b.Registry,
		Applier: counts{}, Logger: quiet(), Clock: b.source,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	if b.Log == nil {
		b.t.Cleanup(func() { _ = b.Log.(Disk).Close() }) // of the last one opened
	}
	b.Log = Disk{l}
}

// Crash kills the box where it stands and starts it again from what was on its disk at that moment.
func (b *Box) Crash() {
	b.t.Helper()
	b.Stop()
	was, dir := b.Log, folder(b.t)
	copyFolder(b.t, dir, b.Dir)
	if d, ok := was.(Disk); ok {
		_ = d.Close() // what it writes now nobody reads
	}
	_ = os.RemoveAll(b.Dir)
	b.Dir = dir
	b.openKeys()
	b.openLog()
	b.Start()
}

// Lose deletes a file of the box while it is down, and starts it again.
func (b *Box) Lose(name string) {
	b.t.Helper()
	b.Stop()
	if d, ok := b.Log.(Disk); ok {
		_ = d.Close()
	}
	if err := os.Remove(filepath.Join(b.Dir, name)); err != nil && !os.IsNotExist(err) {
		b.t.Fatal(err)
	}
	b.openKeys()
	b.openLog()
	b.Start()
}
