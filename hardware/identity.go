package hardware

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// An Identity is what tells this board and card from every other. "" is unknown: a PC or a virtual machine has neither.
type Identity struct {
	Serial string // of the board, as its device tree has it
	Card   string // the CID register of the card or eMMC: manufacturer, product, serial number and date, 32 hex digits
}

// maxIdentity bounds what a file may claim, in bytes.
const maxIdentity = 128

// Identify reads them from root, "/" in life. Of several cards that are built in the first by name counts (mmcblk0); a stick
// or disk on USB has no such register.
func Identify(root string) Identity {
	id := Identity{Serial: word(filepath.Join(root, "proc/device-tree/serial-number"))}
	cards, _ := filepath.Glob(filepath.Join(root, "sys/block/*/device/cid"))
	slices.Sort(cards)
	for _, path := range cards {
		if id.Card = word(path); id.Card != "" {
			break
		}
	}
	return id
}

// word is what a file says, without the zero byte of the device tree; "" where it says nothing: all zeros are a maker
// who wrote none.
func word(path string) string {
	b, err := os.ReadFile(path)
	s := strings.TrimRight(string(b), "\x00\n ")
	if err != nil || len(s) > maxIdentity || strings.Trim(s, "0") == "" {
		return ""
	}
	return s
}
