package store

import (
	"encoding/hex"

	"lamplight/content"
	"lamplight/server/learning"
)

// encode writes a counted attempt without what its key and its unit say.
func (c *counted) encode() []byte {
	var e learning.Encoder
	e.Raw(c.Prev[:])
	e.Raw(c.Stamp.Boot[:])
	e.Uint(uint64(c.Stamp.MS))
	e.String(string(c.ID))
	e.String(string(c.Item))
	e.Uint(c.Seed)
	e.String(c.Given)
	e.Uint(uint64(c.Score))
	e.Uint(boolBit(c.Correct) | boolBit(c.Apart)<<1 | boolBit(c.Fast)<<2 | boolBit(c.Paper)<<3)
	e.String(c.Error)
	e.Uint(c.Tenths)
	e.Uint(uint64(c.Hints))
	e.String(c.Criterion.Type)
	e.Uint(uint64(c.Criterion.M))
	e.Uint(uint64(c.Criterion.N))
	e.String(string(c.By))
	e.String(c.Skill)
	e.Uint(uint64(c.Rating))
	e.Uint(uint64(c.Try))
	return e.B
}

func readCounted(b []byte) (c counted) {
	d := learning.Decoder{B: b}
	copy(c.Prev[:], d.Raw(24))
	copy(c.Stamp.Boot[:], d.Raw(8))
	c.Stamp.MS = int64(d.Uint())
	c.ID, c.Item, c.Seed = learning.AttemptID(d.String()), content.ItemID(d.String()), d.Uint()
	c.Given, c.Score = d.String(), content.Score(d.Uint())
	flags := d.Uint()
	c.Correct, c.Apart, c.Fast, c.Paper = flags&1 != 0, flags&2 != 0, flags&4 != 0, flags&8 != 0
	c.Error, c.Tenths, c.Hints = d.String(), d.Uint(), int(d.Uint())
	c.Criterion.Type, c.Criterion.M, c.Criterion.N = d.String(), int(d.Uint()), int(d.Uint())
	c.By = learning.PersonID(d.String())
	c.Skill, c.Rating, c.Try = d.String(), int(d.Uint()), int(d.Uint())
	return c
}

func boolBit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func courseID(b []byte) content.CourseID {
	if len(b) != 16 || [16]byte(b) == ([16]byte{}) {
		return ""
	}
	return content.CourseID(hex.EncodeToString(b))
}
