package bundle

import (
	"context"
	"crypto/ecdh"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// A Log holds segments. sync/eventlog implements it and says what each method promises.
type Log interface {
	Vector() clock.Vector
	Segments(after clock.Vector, allow func(segment.Scope) bool, fn func(raw []byte) error) error
	Receive(raw []byte) (newEvents int, err error)
}

// Options is what a Porter is made of. Device, Registry, Log and Carry are needed.
type Options struct {
	Device   *device.Device
	Registry *device.Registry
	Log      Log
	Carry    *Carry
	Blobs    exchange.Blobs // nil: no blobs either way
	Wants    exchange.Wants // nil: nothing is fetched
	// To is who can open envelopes of a scope; none: segments of that scope are not written. It is not asked for "pub".
	To func(segment.Scope) []*ecdh.PublicKey
	// Keys open envelopes that are sealed to us.
	Keys func() []*ecdh.PrivateKey
	// Schools are those that a district holds; nil on a box. What they bring is given to their logs where it can be opened.
	Schools exchange.Schools
	// Known is how far a peer was last known to hold what, from elsewhere; nil: nothing.
	Known func(device string) clock.Vector
	// Seen is called with what a peer's receipt says.
	Seen func(device string, vector clock.Vector)
	// Also names the blobs that who wants this one will want next, as a manifest's files; nil: none.
	Also func(hash string) []exchange.Want
	// OnBlob is called after a blob became whole. It must not block.
	OnBlob func(hash string)
	// Purged is the mark of the last purge of the log: after another, what we wrote on a carrier before is taken off it.
	Purged func() string
	// Turned takes in what the log has come to hold of secrets that open envelopes, and says whether one was new; nil: nothing.
	Turned func() bool
	Logger *slog.Logger // nil: slog.Default
}

// A Porter is this box at a carrier. Safe for concurrent use; one visit at a time.
type Porter struct {
	o    Options
	busy sync.Mutex

	tried map[Carried]uint64 // how often the registry had changed, and one, when a parked piece was tried last
	news  bool               // events came since Turned was asked last
}

// New makes a Porter.
func New(o Options) *Porter {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	p := &Porter{o: o, tried: map[Carried]uint64{}}
	o.Carry.judgeBy(p)
	return p
}

// A Trip says what is put on a carrier. The zero value: all that any peer may lack.
type Trip struct {
	For  string // device id of the one peer that it is for; "" for all, and for other schools' boxes what is carried
	Most int64  // bytes that may be written; 0: as many as fit
}

// A Result is what one visit did. It is whole also beside an error: what was done stays done.
type Result struct {
	EventsIn    int      `json:"events_in"`     // new here
	BlobsIn     int      `json:"blobs_in"`      // became whole
	BlobBytesIn int64    `json:"blob_bytes_in"` // of blobs, whole or not
	Parked      int      `json:"parked"`        // pieces of ours that wait for those before them
	CarriedIn   int      `json:"carried_in"`    // pieces taken along for other schools
	EventsOut   int      `json:"events_out"`    // ours, newly on the carrier
	BlobsOut    int      `json:"blobs_out"`
	CarriedOut  int      `json:"carried_out"` // pieces of other schools, and of ours that we only pass on
	BytesOut    int64    `json:"bytes_out"`
	Dropped     int      `json:"dropped"` // files taken off the carrier: all that they held has arrived, or they were torn
	Damaged     int      `json:"damaged"` // torn or unreadable stretches that were passed over
	Passed      int      `json:"passed"`  // signed files that were left unread: more of them than one visit holds
	Refused     int      `json:"refused"` // pieces that prove nothing, or contradict what is held
	Boxes       []string `json:"boxes"`   // other boxes that were at this carrier, by id
	Left        bool     `json:"left"`    // more would have been written than fits
	Trouble     string   `json:"trouble"` // see Trouble; "" none
}

// Did says whether anything changed on either side but receipts.
func (r Result) Did() bool {
	return r.EventsIn+r.BlobsIn+r.Parked+r.CarriedIn+r.EventsOut+r.BlobsOut+r.CarriedOut+r.Dropped > 0 || r.BlobBytesIn > 0
}

// Visit takes what the carrier brings, then leaves what others lack, its wants and its receipt: both ways. It may be cut
// anywhere and done again.
func (p *Porter) Visit(ctx context.Context, d Disk, t Trip) (Result, error) {
	return p.visit(ctx, d, t, true, true)
}

// Take is Visit that writes nothing: for a single file, or a carrier that cannot be written to.
func (p *Porter) Take(ctx context.Context, d Disk) (Result, error) {
	return p.visit(ctx, d, Trip{}, true, false)
}

// Leave is Visit that takes nothing.
func (p *Porter) Leave(ctx context.Context, d Disk, t Trip) (Result, error) {
	return p.visit(ctx, d, t, false, true)
}

func (p *Porter) visit(ctx context.Context, d Disk, t Trip, take, leave bool) (Result, error) {
	p.busy.Lock()
	defer p.busy.Unlock()
	p.news = true
	v := &visit{Porter: p, ctx: ctx, d: d, trip: t, own: p.o.Device.ID(), places: map[string]*exchange.Place{}, words: map[string]map[[32]byte]bool{}}
	defer v.leavePlaces()
	v.res.Boxes = []string{}
	err := v.scan()
	if err == nil && take {
		err = v.take()
	}
	if err == nil && leave {
		err = v.leave()
	}
	for id := range v.authors {
		if id != v.own {
			v.res.Boxes = append(v.res.Boxes, id)
		}
	}
	slices.Sort(v.res.Boxes)
	err = errors.Join(err, v.soft)
	v.res.Trouble = Trouble(err)
	return v.res, err
}

// A visit is one time at one carrier.
type visit struct {
	*Porter
	ctx  context.Context
	d    Disk
	trip Trip
	own  string

	beyond map[string]clock.Vector // see elsewhere
	room   int64                   // bytes that may yet be written, −1 unknown
	parcel uint64                  // number of the one that is written

	places  map[string]*exchange.Place // of Schools, by id; nil: not held
	knew    map[string]clock.Vector    // see known
	wished  map[string][]wanted        // see wantedBy
	authors map[string]*author
	held    [trusts]int // bytes of signed files
	pieces  []piece
	words   map[string]map[[32]byte]bool // see named
	ours    Runs                         // see given
	packs   map[string][]packed
	res     Result
	soft    error // the first of the carrier's errors that did not end the visit
}

// fault notes an error that costs one file.
func (v *visit) fault(err error) {
	v.res.Damaged++
	if v.soft == nil && Trouble(err) != "other" {
		v.soft = err
	}
}

// school is the id of ours, "" before there is one.
func (p *Porter) school() string {
	if s := p.o.Registry.School(); s != nil {
		return s.ID()
	}
	return ""
}

// vector is what of our log may be named to others: streams of known writers.
func (p *Porter) vector() clock.Vector {
	out := clock.Vector{}
	for s, last := range p.o.Log.Vector() {
		if _, known := p.o.Registry.Owner(s); known && last > 0 {
			out[s] = last
		}
	}
	return out
}

// member says whether a device is, or was until it was revoked, a box of our school or its district.
func (p *Porter) member(id string) bool {
	peer, known := p.o.Registry.Peer(id)
	return id == p.o.Device.ID() || known && peer.Certificate != nil
}

// known is how far a peer holds what: by its receipt on this carrier, else by what is remembered.
func (v *visit) known(id string) clock.Vector {
	if a := v.authors[id]; a != nil && a.ack != nil {
		return a.ack
	}
	if out, ok := v.knew[id]; ok {
		return out
	}
	out := clock.Vector{}
	if v.o.Known != nil {
		out.Merge(v.o.Known(id))
	}
	var kept ack
	v.recall(id, "ack", letterAck, &kept)
	out.Merge(kept.Vector)
	if v.knew == nil {
		v.knew = map[string]clock.Vector{}
	}
	v.knew[id] = out
	return out
}

// peers are those that may be owed something: not ourselves, not revoked.
func (p *Porter) peers() (out []device.Peer) {
	for _, x := range p.o.Registry.Peers() {
		if !x.Revoked && x.ID() != p.o.Device.ID() {
			out = append(out, x)
		}
	}
	return out
}

// base is beyond which the carrier gets our segments: what every peer that may hold them is known to hold.
func (v *visit) base() clock.Vector {
	if v.trip.For != "" {
		return v.known(v.trip.For)
	}
	peers := v.peers()
	vectors := make([]clock.Vector, len(peers))
	for i, x := range peers {
		vectors[i] = v.known(x.ID())
	}
	out := clock.Vector{}
	for s := range maps.Keys(v.o.Log.Vector()) {
		o, _ := v.o.Registry.Owner(s)
		least, any := uint64(1<<63), false
		for i, x := range peers {
			if v.o.Registry.MayHold(x.Public, o.Scope) {
				least, any = min(least, vectors[i][s]), true
			}
		}
		if any {
			out[s] = least
		}
	}
	return out
}
