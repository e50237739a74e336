package exchange_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"lamplight/sync/clustertest"
	"lamplight/sync/device"
)

// obey makes b a box that knows the district's box by the certificate of its authority, as a pairing leaves it.
func obey(t *testing.T, b, district *clustertest.Box, authority *device.School) {
	t.Helper()
	b.Stop()
	c := authority.Enrol(district.Device.Public(), district.Name, 1, 1, "district")
	raw, err := cbor.Marshal(map[int]any{1: 1, 2: []map[int]any{{1: []byte(district.Device.Public()), 2: district.Name, 3: c}}})
	if err != nil {
		t.Fatal(err)
	}
	keys := filepath.Join(b.Dir, "keys")
	if err := os.WriteFile(filepath.Join(keys, "peers.cbor"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if b.Registry, err = device.OpenRegistry(keys, b.Device); err != nil {
		t.Fatal(err)
	}
	b.Log = clustertest.NewMemory(b.Device, b.Registry)
	b.Start()
}
