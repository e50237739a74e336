package exchange

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"lamplight/sync/device"
)

// A Sheet is what a school's recovery sheet opens, with certificates of the school's boxes, of which one at least says which
// district the school is of. It may be shown to anybody.
type Sheet struct {
	Sealed       []byte   `cbor:"1,keyasint"` // device.SealedSchool, marshalled
	Certificates [][]byte `cbor:"2,keyasint,omitempty"`
	Letters      [][]byte `cbor:"3,keyasint,omitempty"` // device.Letter, marshalled: of the newest, which the sheet opens
}

// recoverMessage is kindRecover.
type recoverMessage struct {
	Proto   uint   `cbor:"1,keyasint"`
	Locator []byte `cbor:"2,keyasint"` // 8 bytes
}

// sheetsMessage is kindSheets.
type sheetsMessage struct {
	Own    []byte  `cbor:"1,keyasint,omitempty"` // certificate of the answering box
	Sheets []Sheet `cbor:"2,keyasint,omitempty"`
}

// maxSheets is how many sheets an answer holds: one, or those that are too old to say whose they are.
const maxSheets = 64

// answerRecovery tells a box that nobody knows what its sheet opens. Without the sheet it is of no use.
func (n *Node) answerRecovery(s *session, payload []byte) {
	slow := time.AfterFunc(2*n.pace.Handshake, func() { _ = s.meter.Close() })
	defer slow.Stop()
	var m recoverMessage
	err := unpack(payload, &m, "recovery")
	own := n.o.Registry.Own()
	if err != nil || len(m.Locator) != 8 || n.o.Sheets == nil || own == nil {
		_ = s.out.frame(kindBye, []byte("nothing is kept here for a recovery sheet"))
		return
	}
	answer := sheetsMessage{Own: own.Marshal(), Sheets: n.o.Sheets(m.Locator)}
	answer.Sheets = answer.Sheets[:min(len(answer.Sheets), maxSheets)]
	n.o.Logger.Info("somebody asks with a recovery sheet", "device", s.peer, "found", len(answer.Sheets))
	_ = s.out.message(kindSheets, pack(answer))
}

// Recover makes this box, which has no school or is of that school already, a box of the school whose recovery sheet r is, by
// what the box at addr holds: its district, or another box of the school. Nothing is kept unless that box proves to be
// one of the two. A session with it then brings what the school's boxes wrote. fs.ErrNotExist: nothing there for this sheet.
func (n *Node) Recover(ctx context.Context, addr string, r device.Recovery) (Paired, error) {
	m, c, key, err := n.call(ctx, addr, line{})
	if err != nil {
		return Paired{}, err
	}
	defer m.Close()
	defer c.Close()
	defer context.AfterFunc(ctx, func() { _ = m.Close() })()
	slow := time.AfterFunc(2*n.pace.Handshake, func() { _ = m.Close() })
	defer slow.Stop()
	s := newSession(n, m, c, key)
	s.reader.limit = maxMessage
	if err := s.out.message(kindRecover, pack(recoverMessage{Proto, r.Locator()})); err != nil {
		return Paired{}, fmt.Errorf("exchange: recovery at %s: %w", addr, err)
	}
	k, payload, err := s.next()
	if errors.Is(err, errBye) {
		err = fmt.Errorf("%w: %w", err, fs.ErrNotExist)
	}
	var answer sheetsMessage
	if err == nil && k != kindSheets {
		err = errPeer("answered a recovery with something else")
	}
	if err == nil {
		err = unpack(payload, &answer, "sheets")
	}
	if err != nil {
		return Paired{}, fmt.Errorf("exchange: recovery at %s: %w", addr, err)
	}
	p, err := n.comeBack(key, answer, r)
	if err != nil {
		return Paired{}, fmt.Errorf("exchange: recovery at %s: %w", addr, err)
	}
	n.contacts.keep(s.peer, addr)
	n.paired(s.peer)
	return p, nil
}

// comeBack opens the sheet that the words are of and keeps the school.
func (n *Node) comeBack(key ed25519.PublicKey, answer sheetsMessage, r device.Recovery) (p Paired, err error) {
	own, err := device.ParseCertificate(answer.Own)
	if err != nil || !bytes.Equal(own.Public, key) {
		return p, errors.Join(errPeer("did not say who it is"), err)
	}
	var last error
	for _, sheet := range answer.Sheets {
		sealed, err := device.ParseSealedSchool(sheet.Sealed)
		if err != nil {
			last = err
			continue
		}
		school, err := sealed.Open(r)
		if err != nil {
			last = err
			continue
		}
		if !speaksFor(school, own, sheet) {
			return p, errPeer("holds the school's sheet and is neither its district nor one of its boxes")
		}
		return n.resume(withLetters(school, r, sheet.Letters), own, sheet)
	}
	return p, errors.Join(fmt.Errorf("nothing is kept there for these words: %w", fs.ErrNotExist), last)
}

// speaksFor says whether a box is one of the school's, or of the district that the school itself names.
func speaksFor(school *device.School, own device.Certificate, sheet Sheet) bool {
	if bytes.Equal(own.School, school.Public()) {
		return true
	}
	for _, raw := range sheet.Certificates {
		c, err := device.ParseCertificate(raw)
		if err != nil || !bytes.Equal(c.School, school.Public()) {
			continue
		}
		if d, err := device.ParseAuthority(c.District); err == nil && d.District && bytes.Equal(d.Public, own.School) {
			return true
		}
	}
	return false
}

// withLetters is the school with what its boxes have come to share since the sheet was made.
func withLetters(school *device.School, r device.Recovery, letters [][]byte) *device.School {
	for _, raw := range letters {
		l, err := device.ParseLetter(raw)
		if err != nil {
			continue
		}
		if turned, err := l.Open(append(school.SealKeys(), r.SealKey())...); err == nil {
			school = school.With(turned)
		}
	}
	return school
}

// resume keeps the school, then what its boxes say of the district, then the district's box.
func (n *Node) resume(school *device.School, own device.Certificate, sheet Sheet) (p Paired, err error) {
	if err := n.o.Registry.SetSchool(school); err != nil {
		return p, err
	}
	for _, raw := range append(sheet.Certificates, own.Marshal()) {
		if c, err := device.ParseCertificate(raw); err == nil {
			if err := n.o.Registry.Add(c); err != nil {
				n.o.Logger.Warn("certificate beside a sheet not taken", "error", err)
			}
		}
	}
	p = Paired{Device: own.ID(), Name: own.Name, School: school.ID(), Joined: true}
	if d := n.o.Registry.District(); d != nil {
		p.Under = d.ID()
	}
	if n.trust.standing(own.Public) < Member {
		return p, errPeer("is not trusted by the school that it gave back")
	}
	return p, nil
}
