// Package segment is a signed, hash-chained run of one stream's events: what is stored, shipped and carried,
// re-encoded by nobody but its origin; and its dumper.
package segment

import "lamplight/sync/clock"

// A Scope says who may hold a stream's events: "pub", "ops", "school/ID/roster", "school/ID/learn".
type Scope string

// A FieldType says how a Field's value is kept.
type FieldType uint8

const (
	Uint  FieldType = 1 // Num, unsigned
	Int   FieldType = 2 // Num as two's complement
	Bytes FieldType = 3 // Data, interned: ids, enumerations, anything that repeats
	Text  FieldType = 4 // Data, not interned
)

// A Field is one value of an event. Columns of one kind keep their number and type for ever; a reader skips those it
// does not know and a relay carries them unchanged.
type Field struct {
	Col  uint16
	Type FieldType
	Num  uint64
	Data []byte
}

// An Event is something that happened on one device. Kind carries its version: "attempt/1".
type Event struct {
	clock.Dot
	// Scope is its stream's, filled in by whoever hands the event on (the log, a decoded segment) and no part of the
	// canonical bytes. An Applier needs it: who may write to pub may not thereby write to a school's roster.
	Scope   Scope
	Lamport uint64
	Stamp   clock.Stamp
	Kind    string
	Fields  []Field // ascending by Col; a column appears once
	// Body is what names or quotes a person. It is kept apart and may be erased: then Body is nil and BodyHash stays.
	// The event's canonical bytes hold BodyHash alone. Body begins with 16 random bytes, so that the hash of a short
	// name cannot be guessed.
	Body     []byte
	BodyHash [32]byte // BLAKE3-256 of Body; zero when the event never had one
}

// Uint is the number in column col, 0 when absent.
func (e *Event) Uint(col uint16) uint64 { f, _ := e.Field(col); return f.Num }

// Bytes is the data in column col, nil when absent. The caller must not change it.
func (e *Event) Bytes(col uint16) []byte { f, _ := e.Field(col); return f.Data }

// Field finds a column.
func (e *Event) Field(col uint16) (Field, bool) {
	for _, f := range e.Fields {
		if f.Col == col {
			return f, true
		}
	}
	return Field{}, false
}
