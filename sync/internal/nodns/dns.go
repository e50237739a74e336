// Package dns stands in for github.com/miekg/dns (see go.mod's replace), of which memberlist would use a client to ask, over
// TCP, for all addresses of a name to join by. Our pools have that turned off (DNSConfigPath is empty), and what cannot be
// called is half a megabyte of a box's program. What memberlist names is here; nothing of it ever asks anybody.
package dns

import (
	"errors"
	"net"
	"time"
)

// TypeANY asks for everything.
const TypeANY uint16 = 255

// A ClientConfig is never made: memberlist then asks the system's own resolver.
type ClientConfig struct {
	Servers []string
	Port    string
}

// ClientConfigFromFile gives errors.ErrUnsupported.
func ClientConfigFromFile(string) (*ClientConfig, error) { return nil, errors.ErrUnsupported }

// A Client asks nobody.
type Client struct{ Net string }

// Exchange gives errors.ErrUnsupported.
func (*Client) Exchange(*Msg, string) (*Msg, time.Duration, error) {
	return nil, 0, errors.ErrUnsupported
}

// A Msg has no answer.
type Msg struct{ Answer []RR }

// SetQuestion asks nothing.
func (m *Msg) SetQuestion(string, uint16) *Msg { return m }

// An RR is a record of an answer.
type RR interface{ Header() *Header }

// A Header is of a record.
type Header struct{}

// A, AAAA and CNAME are records that never come.
type (
	A struct {
		Hdr Header
		A   net.IP
	}
	AAAA struct {
		Hdr  Header
		AAAA net.IP
	}
	CNAME struct {
		Hdr    Header
		Target string
	}
)

func (r *A) Header() *Header     { return &r.Hdr }
func (r *AAAA) Header() *Header  { return &r.Hdr }
func (r *CNAME) Header() *Header { return &r.Hdr }

// Fqdn gives the name back.
func Fqdn(name string) string { return name }
