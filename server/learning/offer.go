package learning

import (
	"lamplight/content"
	"lamplight/sync/clock"
)

// An Offer is one edition of a course that some device has and others may fetch. Manifest is the BLAKE3-256 (64 hex
// digits) of its manifest blob. It holds nothing personal.
type Offer struct {
	Course   content.CourseID
	Edition  string
	Format   string
	Title    string
	Language string
	Licence  string
	Manifest string
	Size     int64 // of the manifest
	Bytes    int64 // of all its files
	School   string
	Updates  []content.Update // lead from editions before to this one, nearest first
	Streams  []clock.Stream   // who offers it, ascending; set by the store
}

// A DeviceName is what a device calls itself. Whether Stream belongs to Device is for the registry to say.
type DeviceName struct {
	Device string
	Name   string
	School string
	Stream clock.Stream
}
