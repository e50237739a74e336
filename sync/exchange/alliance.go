package exchange

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"

	"lamplight/sync/device"
)

// ally settles what two boxes of two schools are to each other once a pairing proved that both were meant: of a district
// and a school, the school joins the district; two schools, or two districts, become content peers. Twice changes nothing.
// authority is absent from releases that know no districts.
func (n *Node) ally(other ed25519.PublicKey, name string, authority, certificate []byte) error {
	theirs, box, err := readAlly(other, authority, certificate)
	mine, claimed := n.o.Registry.Authority()
	switch {
	case err != nil:
		return err
	case theirs == nil || !claimed || theirs.District == mine.District:
		return n.o.Registry.AddContentPeer(other, shorten(name))
	case mine.District:
		return n.adopt(*theirs, box)
	}
	return n.obey(*theirs, box)
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

// adopt takes a school into this district.
func (n *Node) adopt(school device.Authority, box device.Certificate) error {
	if n.o.Adopt == nil {
		return fmt.Errorf("exchange: this district takes no schools: %w", errors.ErrUnsupported)
	}
	if err := n.o.Adopt(school, box); err != nil {
		return fmt.Errorf("exchange: taking in school %s: %w", school.ID(), err)
	}
	return nil
}

// obey makes our school one of a district's.
func (n *Node) obey(district device.Authority, box device.Certificate) error {
	if err := n.o.Registry.JoinDistrict(district); err != nil {
		return err
	}
	return n.o.Registry.Add(box)
}

// allyWith is ally on the side that accepted: under is the id of the district joined, or of the school taken in.
func (n *Node) allyWith(inviter ed25519.PublicKey, w welcome) (under string, err error) {
	var certificate []byte
	if len(w.Certificates) > 0 {
		certificate = w.Certificates[0]
	}
	if err := n.ally(inviter, w.Name, w.Authority, certificate); err != nil || len(w.Authority) == 0 {
		return "", err
	}
	theirs, err := device.ParseAuthority(w.Authority)
	if err != nil || theirs.District == n.o.Registry.IsDistrict() {
		return "", err
	}
	return theirs.ID(), nil
}
