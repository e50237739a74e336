package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"testing"

	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/eventlog"
	"lamplight/sync/segment"
)

const testSchool = "0123456789abcdef"

// memKV is the folds without a disk, so that thousands of orders can be tried.
type memKV map[string]map[string][]byte

func (m memKV) Get(bucket string, key []byte) []byte { return m[bucket][string(key)] }

func (m memKV) Put(bucket string, key, value []byte) {
	if m[bucket] == nil {
		m[bucket] = map[string][]byte{}
	}
	m[bucket][string(key)] = append([]byte{}, value...)
}

func (m memKV) Delete(bucket string, key []byte) { delete(m[bucket], string(key)) }

func (m memKV) Scan(bucket string, prefix []byte, fn func(k, v []byte) bool) {
	var keys []string
	for k := range m[bucket] {
		if bytes.HasPrefix([]byte(k), prefix) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		if !fn([]byte(k), m[bucket][k]) {
			return
		}
	}
}

// hash is of every bucket, keys sorted.
func (m memKV) hash(buckets []string) string {
	h := sha256.New()
	for _, b := range buckets {
		fmt.Fprintf(h, "\n%s %d", b, len(m[b]))
		m.Scan(b, nil, func(k, v []byte) bool {
			fmt.Fprintf(h, "\n%x=%x", k, v)
			return true
		})
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// memLog is a log of one device in memory. It hands on events, not segments.
type memLog struct {
	t       testing.TB
	store   *Store
	kv      memKV
	name    string
	boot    clock.Boot
	ms      int64
	lamport uint64
	streams map[clock.Stream][]segment.Event
}

// GoString keeps what rapid prints of a draw short.
func (l *memLog) GoString() string { return "box " + l.name }

func newMemLog(t testing.TB, name string) *memLog {
	l := &memLog{t: t, kv: memKV{}, name: name, streams: map[clock.Stream][]segment.Event{}}
	copy(l.boot[:], "boot"+name)
	l.store = New(Options{School: testSchool, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	l.store.UseLog(l)
	return l
}

func (l *memLog) View(fn func(kv KV) error) error { return fn(l.kv) }

func (l *memLog) Append(_ context.Context, drafts ...eventlog.Draft) (dots []clock.Dot, err error) {
	for _, d := range drafts {
		sum := sha256.Sum256([]byte(l.name + string(d.Scope)))
		s := clock.Stream(sum[:8])
		l.lamport++
		e := segment.Event{
			Dot: clock.Dot{Stream: s, Seq: uint64(len(l.streams[s]) + 1)}, Scope: d.Scope, Lamport: l.lamport,
			Stamp: clock.Stamp{Boot: l.boot, MS: l.ms}, Kind: d.Kind, Fields: d.Fields,
		}
		if !slices.IsSortedFunc(d.Fields, func(a, b segment.Field) int { return int(a.Col) - int(b.Col) }) {
			l.t.Errorf("%s: columns are not ascending", d.Kind)
		}
		if d.Body != nil {
			e.Body = append(binary.BigEndian.AppendUint64(make([]byte, 8), l.lamport), d.Body...)
		}
		l.take(e)
		dots = append(dots, e.Dot)
	}
	return dots, nil
}

func (l *memLog) take(e segment.Event) {
	l.streams[e.Stream] = append(l.streams[e.Stream], e)
	l.lamport = max(l.lamport, e.Lamport)
	if err := l.store.Apply(l.kv, &e); err != nil {
		l.t.Errorf("apply %s: %v", e.Kind, err)
	}
}

// receive takes up to n events of each stream that the other has more of.
func (l *memLog) receive(from *memLog, n int) {
	var ids []clock.Stream
	for s := range from.streams {
		ids = append(ids, s)
	}
	slices.SortFunc(ids, clock.Stream.Compare)
	for _, s := range ids {
		theirs := from.streams[s]
		for i := len(l.streams[s]); i < len(theirs) && i < len(l.streams[s])+n; i = len(l.streams[s]) {
			l.take(theirs[i])
			n--
		}
	}
}

// replay folds all events held in an order that pick chooses among the streams, and returns the hash.
func (l *memLog) replay(pick func(n int) int) string {
	kv, next := memKV{}, map[clock.Stream]int{}
	var open []clock.Stream
	for s := range l.streams {
		open = append(open, s)
	}
	slices.SortFunc(open, clock.Stream.Compare)
	for len(open) > 0 {
		i := pick(len(open))
		s := open[i]
		e := l.streams[s][next[s]]
		if err := l.store.Apply(kv, &e); err != nil {
			l.t.Errorf("apply %s: %v", e.Kind, err)
		}
		if next[s]++; next[s] == len(l.streams[s]) {
			open = slices.Delete(open, i, i+1)
		}
	}
	return kv.hash(l.store.Buckets())
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ptr[T any](v T) *T { return &v }

var ctx = context.Background()

var box = learning.Box()

// scopesOf lists which kinds a box holds in which scope.
func scopesOf(l *memLog) map[segment.Scope][]string {
	out := map[segment.Scope][]string{}
	for _, events := range l.streams {
		for _, e := range events {
			out[e.Scope] = append(out[e.Scope], e.Kind)
		}
	}
	return out
}
