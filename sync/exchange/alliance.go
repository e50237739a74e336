package exchange

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"

	"lamplight/sync/device"
)

// allies settles what boxes of different schools are to each other.
type allies struct {
	reg   *device.Registry
	adopt func(device.Authority, device.Certificate) error // nil: takes no schools
}

func (n *Node) allies() allies { return allies{n.o.Registry, n.o.Adopt} }

// ally settles what two boxes of two schools are to each other once a pairing proved that both were meant: of a district
// and a school, the school joins the district; two schools, or two districts, become content peers. Twice changes nothing.
// authority is absent from releases that know no districts.
func (a allies) ally(other ed25519.PublicKey, name string, authority, certificate []byte) error {
	theirs, box, err := readAlly(other, authority, certificate)
	mine, claimed := a.reg.Authority()
	switch {
	case err != nil:
		return err
	case theirs == nil || !claimed || theirs.District == mine.District:
		return a.reg.AddContentPeer(other, shorten(name))
	case mine.District:
		return a.take(*theirs, box)
	}
	return a.obey(*theirs, box)
}

// readAlly checks the papers of the other side against each other; nil without an authority.
func readAlly(other ed25519.PublicKey, authority, certificate []byte) (*device.Authority, device.Certificate, error) {
	if len(authority) == 0 {
		return nil, device.Certificate{}, nil
	}
	box, err := device.ParseCertificate(certificate)
	if err != nil {
		return nil, box, err
	}
	a, err := device.ParseAuthority(authority)
	if err != nil {
		return nil, box, err
	}
	if !bytes.Equal(box.School, a.Public) || !bytes.Equal(box.Public, other) {
		return nil, box, fmt.Errorf("exchange: %s showed papers of %s that are not its own: %w", device.ID(other), a.ID(), fs.ErrPermission)
	}
	return &a, box, nil
}

// take takes a school into this district.
func (a allies) take(school device.Authority, box device.Certificate) error {
	if a.adopt == nil {
		return fmt.Errorf("exchange: this district takes no schools: %w", errors.ErrUnsupported)
	}
	if err := a.adopt(school, box); err != nil {
		return fmt.Errorf("exchange: taking in school %s: %w", school.ID(), err)
	}
	return nil
}

// obey makes our school one of a district's.
func (a allies) obey(district device.Authority, box device.Certificate) error {
	if err := a.reg.JoinDistrict(district); err != nil {
		return err
	}
	return a.reg.Add(box)
}

// allyWith is ally on the side that accepted; certificates are those of the inviter's school, its own first. under is the id
// of the district joined, or of the school taken in.
func (a allies) allyWith(inviter ed25519.PublicKey, name string, authority []byte, certificates [][]byte) (under string, err error) {
	var own []byte
	if len(certificates) > 0 {
		own = certificates[0]
	}
	if err := a.ally(inviter, name, authority, own); err != nil || len(authority) == 0 {
		return "", err
	}
	theirs, err := device.ParseAuthority(authority)
	if err != nil || theirs.District == a.reg.IsDistrict() {
		return "", err
	}
	return theirs.ID(), nil
}
