package district

import (
	"fmt"
	"path/filepath"

	"lamplight/server/store"
	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/eventlog"
)

// A School is one that is open: its log and what it adds up to. Its Store knows learners by opaque ids alone.
type School struct {
	ID       string
	Registry *device.Registry
	Log      *eventlog.Log
	Store    *store.Store
}

func (s *Schools) open(id string) (*School, error) {
	dir := s.folder(id)
	keys := filepath.Join(dir, "keys")
	reader, err := device.Open(keys) // writes nothing into the school's log
	if err != nil {
		return nil, fmt.Errorf("district: school %s: %w", id, err)
	}
	out := &School{ID: id}
	if out.Registry, err = device.OpenRegistry(keys, reader); err != nil {
		return nil, fmt.Errorf("district: school %s: %w", id, err)
	}
	stamps := clock.Source(clock.NewMonotonic(reader.Boot()))
	out.Store = store.New(store.Options{School: id, Wall: s.o.Wall, Clock: stamps, Logger: s.o.Logger})
	out.Log, err = eventlog.Open(eventlog.Options{
		Dir: filepath.Join(dir, "journal"), DB: filepath.Join(dir, "records.db"), Device: reader, Registry: out.Registry,
		Applier: out.Store, Logger: s.o.Logger, Clock: stamps, Lazy: true,
	})
	if err != nil {
		return nil, fmt.Errorf("district: school %s: %w", id, err)
	}
	out.Store.UseLog(out.Log)
	return out, nil
}

// snapshot tells what its learners did, for a box of it that is new; who they are is not known here.
func (x *School) snapshot() ([]byte, []byte, error) { return x.Store.Snapshot(false) }

// Receive takes in a segment that did not come by a session, as from a stick, and says how many events were new. Certs are
// certificates that came with it, as their bytes; those that do not fit are refused and said.
func (s *Schools) Receive(id string, raw []byte, certs ...[]byte) (fresh int, err error) {
	err = s.Use(id, func(school *School) error {
		for _, c := range certs {
			cert, err := device.ParseCertificate(c)
			if err == nil {
				err = school.Registry.Add(cert)
			}
			if err != nil {
				return err
			}
		}
		fresh, err = school.Log.Receive(raw)
		return err
	})
	return fresh, err
}
