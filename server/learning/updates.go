package learning

import (
	"encoding/binary"
	"encoding/hex"

	"lamplight/content"
)

// updateSize is an update's bytes in an offer.
const updateSize = 32 + 32 + 8

// maxOfferedUpdates bounds what is believed of an offer.
const maxOfferedUpdates = 16

// PackUpdates writes the updates that lead to an offer's manifest, nearest first. What each makes is not written: it is
// what the one before starts from.
func PackUpdates(updates []content.Update) (out []byte) {
	for _, u := range updates {
		from, errFrom := hex.DecodeString(u.From)
		hash, errHash := hex.DecodeString(u.Hash)
		if errFrom != nil || errHash != nil || len(from)+len(hash) != 64 {
			break // those behind it would lead nowhere
		}
		out = append(append(out, from...), hash...)
		out = binary.BigEndian.AppendUint64(out, uint64(u.Size))
	}
	return out
}

// ReadUpdates reads what PackUpdates wrote of an offer of that manifest. What makes no sense is left out.
func ReadUpdates(b []byte, manifest string) (out []content.Update) {
	for ; len(b) >= updateSize && len(out) < maxOfferedUpdates; b = b[updateSize:] {
		u := content.Update{From: hex.EncodeToString(b[:32]), To: manifest, Hash: hex.EncodeToString(b[32:64]), Size: int64(binary.BigEndian.Uint64(b[64:]))}
		if u.Size <= 0 || u.Size > 1<<40 {
			break
		}
		out, manifest = append(out, u), u.From
	}
	return out
}
