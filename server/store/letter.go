package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ecdh"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/zeebo/blake3"

	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

func applyLetter(kv KV, ev *segment.Event) error {
	l, err := learning.ParseLetter(ev)
	if err != nil {
		return err
	}
	raw := l.Marshal()
	sum := blake3.Sum256(raw)
	kv.Put(letterBucket, join(ev.Stream[:], sum[:8]), raw)
	return nil
}

// Letters writes to those who stay of the secrets that the school's boxes share; the box only.
func (s *Store) Letters(ctx context.Context, a learning.Actor, letters []device.Letter) error {
	if !a.IsBox() {
		return notAllowed("hand over the school's secrets")
	}
	drafts := make([]learning.Draft, len(letters))
	for i, l := range letters {
		drafts[i] = learning.LetterDraft(l)
	}
	return s.append(ctx, drafts...)
}

// speaks says whether a stream is of a box of reg's school whose word counts.
func speaks(reg *device.Registry, stream clock.Stream) bool {
	who, known := reg.Owner(stream)
	return known && reg.Member(who.Device) && reg.Speaks(who.Device)
}

// A HeardLetter is a letter and who wrote it.
type HeardLetter struct {
	device.Letter
	By   string // the box's id
	Gone bool   // it was shut out since: its letters open what they open, and say nothing of who stays
}

// Stays are the letters that say who stays.
func Stays(heard []HeardLetter) (out []device.Letter) {
	for _, l := range heard {
		if !l.Gone {
			out = append(out, l.Letter)
		}
	}
	return out
}

// Heard is what boxes of reg's school, whose word counts, say of the secrets that they share and of who stays: turned is what
// stands in the roster, letters what stands in pub.
func (s *Store) Heard(reg *device.Registry) (turned []device.Turned, letters []HeardLetter, err error) {
	err = s.log.View(func(kv KV) error {
		tag := tagOf(s.SchoolID())
		kv.Scan(turnBucket, tag[:], func(k, _ []byte) bool {
			if t := k[len(tag):]; len(t) == 4+32+8 && speaks(reg, clock.Stream(t[36:])) {
				turned = append(turned, device.Turned{Generation: binary.BigEndian.Uint32(t), Secret: bytes.Clone(t[4:36])})
			}
			return true
		})
		kv.Scan(letterBucket, nil, func(k, v []byte) bool {
			if !speaks(reg, clock.Stream(k[:8])) {
				return true
			}
			if l, err := device.ParseLetter(bytes.Clone(v)); err == nil {
				who, _ := reg.Owner(clock.Stream(k[:8]))
				letters = append(letters, HeardLetter{l, who.Device, !reg.Trusted(who.Device)})
			}
			return true
		})
		return nil
	})
	return turned, letters, err
}

// ShutOutBy says whom a box shut out, by id.
func (s *Store) ShutOutBy(reg *device.Registry, box string) (out map[string]bool, err error) {
	out = map[string]bool{}
	err = s.log.View(func(kv KV) error {
		kv.Scan(revokedBucket, nil, func(k, v []byte) bool {
			who, known := reg.Owner(clock.Stream(k[:8]))
			if r, err := learning.ReadRevocation(bytes.Clone(v[24:])); err == nil && known && who.Device == box {
				out[r.Device()] = true
			}
			return true
		})
		return nil
	})
	return out, err
}

// LettersToSheet are the letters of the newest secret that the newest recovery sheet opens, marshalled, at most 16; where the
// sheet is of an earlier release, any of them may be.
func (s *Store) LettersToSheet(reg *device.Registry) (out [][]byte, err error) {
	_, letters, err := s.Heard(reg)
	raw, _, keyErr := s.SheetKey(reg)
	if err = errors.Join(err, keyErr); err != nil {
		return nil, err
	}
	key, _ := ecdh.X25519().NewPublicKey(raw) // nil for an old one
	slices.SortStableFunc(letters, func(a, b HeardLetter) int { return cmp.Compare(b.Generation, a.Generation) })
	for _, l := range letters {
		if len(out) < maxToSheet && (key == nil || l.For(key)) {
			out = append(out, l.Marshal())
		}
	}
	return out, nil
}

// maxToSheet is how many letters lie beside a sheet.
const maxToSheet = 16

// SheetKey is what is sealed to for who has the school's newest recovery sheet, nil for one that an earlier release made; ok is
// false when there is no sheet, or none that a box of reg's school made.
func (s *Store) SheetKey(reg *device.Registry) (key []byte, ok bool, err error) {
	err = s.log.View(func(kv KV) error {
		tag := tagOf(s.SchoolID())
		b := kv.Get(sheetKeyBucket, tag[:])
		if len(b) != 24 && len(b) != 24+32 {
			return nil
		}
		if ok = speaks(reg, learning.Order(b[:24]).Dot().Stream); ok && len(b) > 24 {
			key = bytes.Clone(b[24:])
		}
		return nil
	})
	return key, ok, err
}
