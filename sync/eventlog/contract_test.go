package eventlog_test

import (
	"log/slog"
	"path/filepath"
	"testing"

	"lamplight/sync/device"
	"lamplight/sync/eventlog"
	"lamplight/sync/eventlog/logtest"
)

func TestTheLogKeepsTheContractOfAnEngine(t *testing.T) {
	logtest.Run(t, func(dir string, d *device.Device, reg *device.Registry, a eventlog.Applier) (eventlog.Engine, error) {
		return eventlog.Open(eventlog.Options{
			Dir: filepath.Join(dir, "journal"), DB: filepath.Join(dir, "records.db"), Device: d, Registry: reg, Applier: a, Logger: slog.New(slog.DiscardHandler),
		})
	})
}
