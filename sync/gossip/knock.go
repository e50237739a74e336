package gossip

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/zeebo/blake3"
	"golang.org/x/net/ipv4"
)

// A knock says on the local network "a pool of this label runs here", so that boxes that know no address find each
// other. Whoever runs the same pool and does not see the sender joins it; nobody answers. 19 bytes of UDP:
//
//	"LMPK" ‖ version 1 ‖ boot tag 4 ‖ hash of the label 8 ‖ memberlist port 2
//
// Why not mDNS: a standing browse costs more a day than the whole lamp profile, and the answer would name the school.
const (
	knockMagic    = "LMPK\x01"
	knockLength   = 19
	knockGroup    = "239.255.76.77" // organisation-local (RFC 2365, 6.2); the TTL of 1 keeps it on the link
	knockPort     = 7945
	knockAlone    = 1  // of Pace.Rejoin: how often while we see nobody
	knockTogether = 15 // of Pace.Rejoin: how often otherwise, for two halves that do not know of each other
)

func appendKnock(b []byte, boot [4]byte, label string, port int) []byte {
	sum := blake3.Sum256([]byte(label))
	b = append(append(b, knockMagic...), boot[:]...)
	return binary.BigEndian.AppendUint16(append(b, sum[:8]...), uint16(port))
}

// parseKnock gives the port of a knock for the label, 0 when it is none, another's or our own.
func parseKnock(b []byte, boot [4]byte, label string) int {
	sum := blake3.Sum256([]byte(label))
	if len(b) < knockLength || string(b[:5]) != knockMagic || bytes.Equal(b[5:9], boot[:]) || !bytes.Equal(b[9:17], sum[:8]) {
		return 0
	}
	return int(binary.BigEndian.Uint16(b[17:]))
}

// A knocker is the multicast socket.
type knocker struct {
	conn *ipv4.PacketConn
	wg   sync.WaitGroup
	next map[string]time.Time // by pool
}

// openKnocker listens on every interface there is now; hear gets each packet with where it came from.
func openKnocker(hear func(b []byte, from net.IP)) (*knocker, error) {
	conn, err := net.ListenPacket("udp4", net.JoinHostPort(knockGroup, strconv.Itoa(knockPort)))
	if err != nil {
		return nil, err
	}
	k := &knocker{conn: ipv4.NewPacketConn(conn), next: map[string]time.Time{}}
	_ = k.conn.SetMulticastTTL(1)
	_ = k.conn.SetMulticastLoopback(true) // for two boxes on one machine
	k.join()
	k.wg.Add(1)
	go func() { // waited for in close
		defer k.wg.Done()
		buf := make([]byte, 64)
		for {
			n, _, from, err := k.conn.ReadFrom(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if udp, ok := from.(*net.UDPAddr); ok && err == nil {
				hear(buf[:n], udp.IP)
			} else if err != nil {
				time.Sleep(100 * time.Millisecond) // an interface that is going down
			}
		}
	}()
	return k, nil
}

// join enters the group on every interface; where it is in already, that fails and does no harm.
func (k *knocker) join() []net.Interface {
	all, _ := net.Interfaces()
	var up []net.Interface
	for _, i := range all {
		if i.Flags&net.FlagUp != 0 {
			_ = k.conn.JoinGroup(&i, &net.UDPAddr{IP: net.ParseIP(knockGroup)})
			up = append(up, i)
		}
	}
	return up
}

// send knocks on every interface. What does not get out is not missed.
func (k *knocker) send(b []byte) {
	for _, i := range k.join() {
		if k.conn.SetMulticastInterface(&i) == nil {
			_, _ = k.conn.WriteTo(b, nil, &net.UDPAddr{IP: net.ParseIP(knockGroup), Port: knockPort})
		}
	}
}

func (k *knocker) close() {
	_ = k.conn.Close()
	k.wg.Wait()
}

// knock opens the socket when it can be and knocks for each pool when it is time.
func (p *Pools) knock(k *knocker, now time.Time) *knocker {
	if k == nil {
		var err error
		if k, err = openKnocker(p.heard); err != nil {
			return nil // no network yet; tried again at the next look
		}
	}
	for _, q := range []*pool{p.school, p.lobby} {
		q.mu.Lock()
		label, addr := q.setup.label, q.addr
		q.mu.Unlock()
		_, port, err := net.SplitHostPort(addr)
		n, errN := strconv.Atoi(port)
		if err != nil || errN != nil || now.Before(k.next[label]) {
			continue
		}
		every := time.Duration(knockAlone)
		if len(q.others()) > 0 {
			every = knockTogether
		}
		k.next[label] = now.Add(every * p.pace.Rejoin)
		k.send(appendKnock(nil, p.boot, label, n))
	}
	return k
}

// heard notes where a knock came from, if it is for a pool that runs here and its sender is not seen in it.
func (p *Pools) heard(b []byte, from net.IP) {
	for _, q := range []*pool{p.school, p.lobby} {
		q.mu.Lock()
		label := q.setup.label
		q.mu.Unlock()
		port := parseKnock(b, p.boot, label)
		if label == "" || port == 0 {
			continue
		}
		addr := hostPort(from.String(), port)
		seen := false
		for _, m := range q.others() {
			seen = seen || m.Address() == addr
		}
		if !seen {
			p.foundAt(q.what, addr)
			q.rejoiner.again(addr)
			p.wake()
		}
	}
}
