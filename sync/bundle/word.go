package bundle

import (
	"io"
	"strings"

	"github.com/zeebo/blake3"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// Of a box that no longer stays a session with one that stays brings what that holds: its own word is not enough, the other's
// is. On a carrier a box gives its word with its head, which names the files of what it took into its log itself. What it
// only carries stands in files that no head names.

// maxSaid is how much that heads say of one file is looked at: a box that was stopped leaves two.
const maxSaid = 4

// word is the box whose word a piece comes with, by id: in whose folder it lies, in a file that its head names as it is. ""
// for none. Whether that box stays is another question.
func (v *visit) word(p piece, b []byte) string {
	if v.named(p.file)[blake3.Sum256(b)] {
		return p.tip().author
	}
	return ""
}

// named are the hashes of what a file of segments holds, nil when no head in its folder names it as it is.
func (v *visit) named(file string) map[[32]byte]bool {
	sums, read := v.words[file]
	if read {
		return sums
	}
	author, name, _ := strings.Cut(file, "/")
	tries := 0 // each reads the file
	for _, files := range v.authors[author].heads {
		for _, f := range files {
			if f.Name == name && sums == nil && tries < maxSaid {
				sums = v.sums(file, f)
				tries++
			}
		}
	}
	v.words[file] = sums
	return sums
}

// sums are the hashes of the frames of a file, nil when it is not what was said of it.
func (v *visit) sums(file string, said headFile) map[[32]byte]bool {
	f, err := v.d.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	out, hash := map[[32]byte]bool{}, blake3.New()
	_, err = scanFrames(io.TeeReader(io.NewSectionReader(f, 0, said.Size), hash), func(_ int64, b []byte) error {
		if len(out) >= maxSegments {
			return errEnough
		}
		out[blake3.Sum256(b)] = true
		return v.ctx.Err()
	})
	if err != nil || string(hash.Sum(nil)) != string(said.Hash) {
		return nil
	}
	return out
}

// heeded says whether what a box wrote is taken: of who is known and does not stay (see device.Registry.Speaks) only what
// comes with the word of one that does. Where a box was shut out its last numbers rule, whoever gives a word: the log sees
// to it.
func heeded(reg *device.Registry, raw []byte, by string) bool {
	h, err := segment.ParseHeader(raw)
	if err != nil {
		return true // the log says what is wrong with it
	}
	o, err := reg.Claim(h.Stream, h.Epoch, h.Scope)
	return err != nil || !reg.Member(o.Device) || reg.Speaks(o.Device) || stands(reg, by)
}

// stands says whether a box's word counts for what others wrote, as in a session with it: one of the school, or of its district,
// that stays.
func stands(reg *device.Registry, by string) bool {
	peer, _ := reg.Peer(by)
	return reg.Trusted(by) && (reg.Member(by) || peer.Certificate != nil)
}

// dear says what of our own school's is kept longest: see judge.
func (p *Porter) dear(s clock.Stream, by string) (writer string, word bool) {
	if o, known := p.o.Registry.Owner(s); known && p.o.Registry.Speaks(o.Device) {
		writer = o.Device
	}
	return writer, stands(p.o.Registry, by)
}
