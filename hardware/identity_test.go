package hardware

import (
	"os"
	"path/filepath"
	"testing"
)

func files(t *testing.T, texts map[string]string) (root string) {
	t.Helper()
	root = t.TempDir()
	for name, text := range texts {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestABoardAndItsCardAreToldFromOthers(t *testing.T) {
	root := files(t, map[string]string{
		"proc/device-tree/serial-number": "10000000f00dbabe\x00",
		"sys/block/mmcblk0/device/cid":   "035344534c3332478012345678014c00\n",
		"sys/block/mmcblk1/device/cid":   "ffffffffffffffffffffffffffffffff\n",
	})
	want := Identity{"10000000f00dbabe", "035344534c3332478012345678014c00"}
	if got := Identify(root); got != want {
		t.Errorf("got %+v", got)
	}
}

func TestWhatSaysNothingIsUnknown(t *testing.T) {
	for _, root := range []string{t.TempDir(), files(t, map[string]string{
		"proc/device-tree/serial-number": "0000000000000000\x00", "sys/block/mmcblk0/device/cid": "\n",
	})} {
		if got := Identify(root); got != (Identity{}) {
			t.Errorf("got %+v, want nothing guessed", got)
		}
	}
}
