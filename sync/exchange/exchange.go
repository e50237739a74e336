// Package exchange is one session with one peer over any byte stream: hello, vectors, segments, then blobs; it resumes where it was cut.
//
// A session, from either side (sync/README.md draws it):
//
//	hello ⇄ hello           equal digests and nothing wanted: both stop, one round; where the called knows the caller's
//	                        vector by its hello, its own vector and segments follow its hello at once
//	certificate ⇄           only when one side does not yet know the other as a box of its own school
//	vector ⇄ vector         the change since the peer last heard, or all of it; and which certificates are held
//	certificates, segments  both ways at once, by level; acks are vectors, sent when durable
//	wants ⇄ chunks          blobs by range, at most 256 KiB asked for twice after a cut, verified whole
//
// Every frame is bounded and everything in it may come twice. What a peer says is checked before it is believed:
// standing by its key, scopes on both sides, segments by the log, blobs by their hash.
package exchange

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"time"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// Proto is the version of the session that hello states. A peer of a higher one is spoken to in the lower of both.
//
//	1  as first released
//	2  vectors as deltas (reconcile.Delta); a caller's change in its hello, so that the answer brings segments already; briefs
const Proto = 3

// A Standing is how far a peer is trusted, lowest first.
type Standing uint8

const (
	Stranger    Standing = 0 // nothing but pairing
	ContentPeer Standing = 1 // scope pub and published blobs: a box of another school, paired on purpose
	Member      Standing = 2 // every scope of the school: a box with its certificate
	// Overseer is between a school's boxes and its district, both ways: pub, ops and learn as they are; of roster nothing
	// but what is sealed to the school.
	Overseer Standing = 3
)

func (s Standing) String() string {
	return [...]string{"stranger", "content peer", "box of this school", "district"}[min(s, 3)]
}

// A Log holds segments. sync/eventlog implements it and says what each method promises.
type Log interface {
	Vector() clock.Vector
	Digest() [16]byte
	Segments(after clock.Vector, allow func(segment.Scope) bool, fn func(raw []byte) error) error
	Receive(raw []byte) (newEvents int, err error)
	Changed() <-chan struct{}
}

// Blobs are files by hash that any paired peer may have. content/blob implements it, with an adapter for its types.
type Blobs interface {
	Has(hash string) bool
	Open(hash string) (Blob, int64, error)
	Partial(hash string, size int64) (Partial, error)
}

// A Blob is read by range; the session closes it.
type Blob interface {
	io.ReaderAt
	io.Closer
}

// A Partial is a blob being received, over any number of sessions. content/blob.Partial has these very methods.
type Partial interface {
	Missing(from, max int64) (offset, n int64)
	WriteAt(b []byte, off int64) (int, error)
	Finish(ctx context.Context) error
	Close() error
}

// A Want is a blob this device lacks.
type Want struct {
	Hash string // BLAKE3-256, 64 hex digits
	Size int64  // bytes
	// Else is what a peer that cannot give it is asked for instead: the same in another form. nil: nothing. While one of
	// the two is on its way the other is not asked for. Its own Else is not looked at.
	Else *Want
}

// Wants says what to fetch, most urgent first. It is asked again after each blob that became whole.
type Wants interface{ Wanted() []Want }

// Options is what a Node is made of. Device, Registry and Log are needed, the rest may be zero.
type Options struct {
	Device   *device.Device
	Registry *device.Registry
	Log      Log
	Blobs    Blobs   // nil: no blobs either way
	Wants    Wants   // nil: nothing is fetched
	Lobby    Lobby   // nil: pairing needs addresses
	Schools  Schools // nil: this box is no district

	// Carry is where a district keeps the rosters of its schools, sealed to them; nil: nowhere.
	Carry Carry
	// Snapshots makes and takes what stands for the past until its events are here; nil: no snapshots.
	Snapshots Snapshots
	// Sheets is what is held for the holder of a recovery sheet, by its device.Recovery.Locator; nil: nothing.
	Sheets func(locator []byte) []Sheet
	// Turned takes in what the log has come to hold of secrets that the school's boxes share, and says whether one was new: asked
	// when an envelope cannot be opened. nil: nothing.
	Turned func() bool
	// Adopt takes a school in, with the certificate of the box of it that a pairing brought; Schools finds it from then on.
	// Twice the same is no error. nil: this box is no district, or takes no more.
	Adopt func(school device.Authority, box device.Certificate) error

	// Ports says where this box's exchange and memberlist answer, so that a peer that was called can call back; 0 is
	// nowhere. nil tells nothing.
	Ports func() (exchange, gossip int)
	// Contacts is the file that remembers peers, keys/contacts.cbor; "" keeps them in memory only.
	Contacts string
	Logger   *slog.Logger
	// Now gives times that people are shown; nothing is ordered or judged by it.
	Now func() time.Time
	// Dial opens a connection; nil is TCP.
	Dial func(ctx context.Context, addr string) (net.Conn, error)
	// Upstream is the district to call; nil: none.
	Upstream *Upstream
	// Budget is how many bytes one session may move, both ways together with TLS; nil or 0 is no limit.
	Budget func() int64
	// OnDigest is called with what gossip should say of this box whenever that changes. It must not block.
	OnDigest func([8]byte)
	// OnBlob is called after a blob became whole. It must not block.
	OnBlob func(hash string)
	// OnPaired is called after a pairing, on both sides, with the other's device id. It must not block.
	OnPaired func(device string)
	// Pace holds the waiting times; a test shortens them.
	Pace Pace
}

// A Pace is how long a Node waits for what. Zero fields are set to those of a school LAN.
type Pace struct {
	Handshake time.Duration // TLS and hello together; 15 s
	Idle      time.Duration // without a byte either way before a session is given up; 60 s
	Coalesce  time.Duration // after a write before peers are told; 250 ms
	Tie       time.Duration // what the box with the higher id lets the lower go first; 700 ms
	Least     time.Duration // between two sessions with one peer; 500 ms
	Retry     time.Duration // first wait after a failure, doubled up to RetryMax; 2 s
	RetryMax  time.Duration // 5 min
	Stall     time.Duration // before bytes that a peer is slow to give are asked of another; 2 s
	Lead      time.Duration // that a box leaves those before it to fetch a large blob over the district's link for all; 2 min
	Wants     time.Duration // before a peer is asked again for a blob that it did not have; 30 s
	Away      time.Duration // between visits to a remembered peer that gossip does not see; 2 min
	Thin      time.Duration // least between two calls of the district because something was written here; 5 min
	Ask       time.Duration // between two calls of the district to ask whether it has something; 1 h
}

func (p Pace) orSchool() Pace {
	for _, f := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&p.Handshake, 15 * time.Second},
		{&p.Idle, time.Minute},
		{&p.Coalesce, 250 * time.Millisecond},
		{&p.Tie, 700 * time.Millisecond},
		{&p.Least, 500 * time.Millisecond},
		{&p.Retry, 2 * time.Second},
		{&p.RetryMax, 5 * time.Minute},
		{&p.Stall, 2 * time.Second},
		{&p.Lead, 2 * time.Minute},
		{&p.Wants, 30 * time.Second},
		{&p.Away, 2 * time.Minute},
		{&p.Thin, 5 * time.Minute},
		{&p.Ask, time.Hour},
	} {
		if *f.field <= 0 {
			*f.field = f.value
		}
	}
	return p
}

// A Summary is what one session did.
type Summary struct {
	Peer            string // device id
	Standing        Standing
	Unchanged       bool  // both hellos agreed and nothing more was said
	Sent, Received  int64 // bytes on the wire, TLS with them
	SegmentsOut     int
	SegmentsIn      int
	EventsIn        int // new ones
	CertificatesIn  int // new ones
	BlobsIn         int // became whole
	BlobBytesIn     int64
	BlobBytesOut    int64
	Refused         int // segments and certificates this side would not take
	LastRefusal     error
	Cut             bool // the byte budget ended it early
	InStep          bool // at the end both held the same vector of what both may hold
	Snapshot        bool // one was taken
	DifferentChains bool // the same vectors but not the same chains: one of us has a fork
}

// errPeer is what a peer did against the protocol.
func errPeer(reason string) error { return &peerError{reason} }

type peerError struct{ reason string }

func (e *peerError) Error() string { return "exchange: the peer " + e.reason }
func (e *peerError) Unwrap() error { return fs.ErrInvalid }
