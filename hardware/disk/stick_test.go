package disk

import (
	"os"
	"path/filepath"
	"testing"
)

func TestALineOfMountsIsRead(t *testing.T) {
	for line, want := range map[string]string{
		`36 35 8:17 / /media/pi/MY\040STICK rw,nosuid shared:1 - vfat /dev/sda1 rw`: "/media/pi/MY STICK",
		`36 35 8:17 / /run/media/a/b\134c ro,nosuid - vfat /dev/sda1 rw`:            `/run/media/a/b\c`,
		`36 35 8:17 / /mnt/disk rw - ext4 /dev/sda1 rw`:                             "/mnt/disk",
		`22 1 179:2 / / rw - ext4 /dev/mmcblk0p2 rw`:                                "",
		`22 1 179:2 / /mediaserver rw - ext4 /dev/mmcblk0p2 rw`:                     "",
		`too few words`: "",
	} {
		path, _, ok := mount(line)
		if got := map[bool]string{true: path}[ok]; got != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
	if _, ro, _ := mount(`36 35 8:17 / /mnt/a ro,nosuid - vfat /dev/sda1 rw`); !ro {
		t.Error("a stick that takes nothing is said to")
	}
}

func TestSticksThatAreNotThereAreLeftOut(t *testing.T) {
	info := filepath.Join(t.TempDir(), "mountinfo")
	if err := os.WriteFile(info, []byte("36 35 8:17 / /mnt/not-there-at-all rw - ext4 /dev/sda1 rw\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := Sticks(info); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := Sticks(info + "?"); err == nil {
		t.Error("no list of mounts is no error")
	}
}
