package store

import (
	"testing"

	"lamplight/sync/device"
)

// What a view costs where no snapshot is shown, beside what one costs of the log alone, and a class's page with one and without.
func BenchmarkViewsBesideASnapshot(b *testing.B) {
	s := newPastSchool(b, must[*device.School](b)(device.NewSchool("Baobab")), 10, 10)
	fresh := newcomer(b, s)
	learn, who, err := s.store.Snapshot(true)
	if err == nil {
		err = fresh.store.ShowPast(s.reg.School().ID(), learn, who, s.log.Vector())
	}
	if err != nil {
		b.Fatal(err)
	}
	views := func(l Log) func(*testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			none := func(KV) error { return nil }
			for b.Loop() {
				_ = l.View(none)
			}
		}
	}
	class := func(at *Store) func(*testing.B) {
		return func(b *testing.B) {
			for b.Loop() {
				if _, err := at.ClassSummary(box, s.classes[3]); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	b.Run("view of the log", views(s.log))
	b.Run("view of the store", views(s.store.log))
	b.Run("class without", class(s.store))
	b.Run("class with", class(fresh.store))
}
