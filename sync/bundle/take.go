package bundle

import (
	"crypto/ecdh"
	"errors"
	"io/fs"
	"sort"
	"strings"

	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// take brings in what the carrier holds for us, and takes along what it holds for others.
func (v *visit) take() error {
	v.introduce()
	v.hear()
	sort.SliceStable(v.pieces, func(i, j int) bool {
		a, b := &v.pieces[i], &v.pieces[j]
		if x, y := order(a.Scope), order(b.Scope); x != y {
			return x < y
		}
		if c := a.Stream.Compare(b.Stream); c != 0 {
			return c < 0
		}
		return a.First < b.First
	})
	held, tips := v.o.Log.Vector(), tipsOf(v.pieces)
	for _, p := range v.pieces {
		if err := v.ctx.Err(); err != nil {
			return err
		}
		var n int
		var err error
		switch covered := held[p.Stream] >= p.Last(); {
		case covered && tips[p.tip()] == p.Last():
			n, err = v.compare(p)
		case !covered || !strings.HasPrefix(p.file, v.own+"/"):
			n, err = v.takePiece(p, held[p.Stream])
		}
		if err != nil {
			v.fault(err)
		}
		if n > 0 {
			v.res.EventsIn += n
			held = v.o.Log.Vector()
		}
	}
	v.res.EventsIn += v.settle()
	v.takeBlobs()
	return nil
}

// introduce takes in certificates: those of our school, the rest only tell whose a receipt is.
func (v *visit) introduce() {
	v.introduceTo(v.o.Registry, func(c device.Certificate) bool {
		return (c.SchoolID() == v.school() || v.districts(c)) && c.ID() != v.own
	})
}

// introduceTo gives a registry the certificates that are for it. Those of the carrier's own authors come first, then whom any
// of these that stays knows to be shut out, so that nobody's older word makes such a box one that is trusted.
func (v *visit) introduceTo(reg *device.Registry, of func(device.Certificate) bool) {
	add := func(own bool) {
		for id, a := range v.authors {
			for _, c := range a.certs {
				if of(c) && own == (c.ID() == id) && reg.Add(c) != nil {
					v.res.Refused++
				}
			}
		}
	}
	add(true)
	for id, a := range v.authors {
		for _, s := range a.shutOut {
			if of(s.Certificate) && stands(reg, id) {
				if _, err := reg.HearShutOut(s); err != nil {
					v.res.Refused++
				}
			}
		}
	}
	add(false)
}

// hear takes receipts and wants of peers and of neighbours, and remembers them: what has arrived need not be carried further.
func (v *visit) hear() {
	for id, a := range v.authors {
		peer, known := v.o.Registry.Peer(id)
		if id == v.own || known && peer.Revoked || !known && a.school(id) == "" {
			continue
		}
		for what, raw := range a.raw {
			if known && what != "who" || !known && what != "want" { // our own school's are in the registry
				v.remember(id, what, raw)
			}
		}
		if a.ack != nil && v.o.Seen != nil && (known || v.place(a.school(id)) != nil) {
			v.o.Seen(id, a.ack)
		}
	}
	for _, school := range v.o.Carry.Schools() {
		if school != v.school() && v.o.Carry.most >= 0 { // a district keeps all
			v.o.Carry.Drop(school, v.elsewhere(school))
		}
	}
}

// school is whose box the author is by its own certificate, "" when none says so.
func (a *author) school(id string) string {
	for _, c := range a.certs {
		if c.ID() == id {
			return c.SchoolID()
		}
	}
	return ""
}

// order is in which order scopes are taken and left: what others need to understand the rest comes first.
func order(s segment.Scope) int {
	switch {
	case s == "pub":
		return 0
	case strings.HasSuffix(string(s), "/roster"):
		return 1
	case strings.HasSuffix(string(s), "/learn"):
		return 2
	}
	return 3
}

// takePiece takes one piece that is for us, or along if it is for others. The error is the carrier's.
func (v *visit) takePiece(p piece, held uint64) (newEvents int, err error) {
	school := p.School
	if !p.Sealed {
		if school = v.schoolOf(p); school == "" {
			return 0, nil // nobody here can say whose it is
		}
	}
	known := v.claims(p) // the carry store asks whose it is
	ours := school == v.school() || !p.Sealed && known
	if ours && p.Last() <= held || !ours && v.place(school) == nil && v.elsewhere(school)[p.Stream] >= p.Last() {
		return 0, nil
	}
	b, err := readPiece(v.d, p)
	if err != nil {
		return 0, err
	}
	switch {
	case !ours:
		if n, took := v.deliver(school, p, b); took {
			return n, nil
		}
		v.carry(school, "", b, &v.res.CarriedIn)
	case p.First > held+1 && !forked(v.o.Log, p.Stream):
		v.carry(school, v.word(p, b), b, &v.res.Parked)
	default:
		return v.receivePiece(school, p, b), nil
	}
	return 0, nil
}

// receivePiece gives a piece to the log, with the word of its folder's box where its own writer's is not enough, and parks it
// where that does not do.
func (v *visit) receivePiece(school string, p piece, b []byte) (newEvents int) {
	n, what := v.receive(b, "")
	by := ""
	if what == waits {
		if by = v.word(p, b); by != "" {
			n, what = v.receive(b, by)
		}
	}
	if what != done {
		v.carry(school, by, b, &v.res.Parked)
	}
	return n
}

// schoolOf says whose a plain segment is: of whom the registry or a certificate on the carrier knows as its writer.
func (v *visit) schoolOf(p piece) string {
	if v.claims(p) {
		if s := v.school(); s != "" {
			return s
		}
	}
	for _, a := range v.authors {
		for _, c := range a.certs {
			if device.StreamOf(c.Public, p.Epoch, p.Scope) == p.Stream {
				return c.SchoolID()
			}
		}
	}
	return ""
}

// claims says whether the registry knows who writes the piece's stream.
func (v *visit) claims(p piece) bool {
	_, err := v.o.Registry.Claim(p.Stream, p.Epoch, p.Scope)
	return err == nil
}

// carry keeps a piece in the carry store; by is who gives its word for it.
func (v *visit) carry(school, by string, b []byte, count *int) {
	added, err := v.o.Carry.put(school, by, b)
	if err != nil {
		v.o.Logger.Warn("a piece that was brought is not kept", "school", school, "err", err)
		v.res.Refused++
	}
	if added {
		*count++
	}
}

// A fate is what becomes of a piece that was given to the log.
type fate int

const (
	done  fate = iota // the log has it, or never takes it
	waits             // it may be of use once the registry knows more
	later             // the card is full or fails: it is the log's trouble, not the piece's
)

// receive gives a piece that follows what is held to the log; by is who gives its word for it beside its writer, "" nobody.
func (p *Porter) receive(b []byte, by string) (newEvents int, what fate) {
	raw := b
	if len(b) >= 4 && string(b[:4]) == "LENV" {
		var err error
		if raw, err = segment.OpenSealedLate(b, p.keys, p.turned); err != nil {
			p.o.Logger.Warn("an envelope that was brought cannot be opened", "err", err)
			if errors.Is(err, fs.ErrPermission) {
				return 0, waits // under a secret that is yet to come here, perhaps
			}
			return 0, done
		}
	}
	if !heeded(p.o.Registry, raw, by) {
		return 0, waits
	}
	n, err := p.o.Log.Receive(raw)
	p.news = p.news || n > 0
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		p.o.Logger.Warn("a segment that was brought is refused", "err", err)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errors.ErrUnsupported):
		return n, waits
	case err == nil, errors.Is(err, fs.ErrPermission), Trouble(err) == "other":
		return n, done
	}
	return n, later
}

// turned asks for secrets that came with what was taken since it was asked last.
func (p *Porter) turned() bool {
	if !p.news || p.o.Turned == nil {
		return false
	}
	p.news = false
	return p.o.Turned()
}

func (p *Porter) keys() []*ecdh.PrivateKey {
	if p.o.Keys == nil {
		return nil
	}
	return p.o.Keys()
}

// Settle gives the log what was parked and fits by now, and says how many events were new. It costs nothing when nothing is
// parked. What the log, or its envelope, refused for want of a secret, a certificate or a word is tried again once the
// registry has changed.
func (p *Porter) Settle() (newEvents int) {
	p.busy.Lock()
	defer p.busy.Unlock()
	p.news = true
	return p.settle()
}

// settle needs busy.
func (p *Porter) settle() (newEvents int) {
	school := p.school()
	for again := school != ""; again; {
		again = false
		all := p.o.Carry.List(school)
		if len(p.tried) > 2*len(all) {
			clear(p.tried) // most of them are no more
		}
		if len(all) > 0 {
			p.turned()
		}
		held := p.o.Log.Vector()
		for _, x := range all {
			if x.Last <= held[x.Stream] {
				p.o.Carry.drop(x)
				continue
			}
			now := p.o.Registry.Changes() + 1
			if p.tried[x] == now || x.First > held[x.Stream]+1 && !forked(p.o.Log, x.Stream) {
				continue
			}
			b, err := p.o.Carry.Read(x)
			if err != nil {
				p.o.Carry.drop(x)
				continue
			}
			n, what := p.receive(b, x.By)
			switch what {
			case done:
				p.o.Carry.drop(x)
			case waits:
				p.tried[x] = now
			}
			if n > 0 {
				newEvents, again = newEvents+n, true
				held = p.o.Log.Vector()
			}
		}
	}
	return newEvents
}
