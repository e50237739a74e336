package gossip

import (
	"errors"
	"net"
	"net/netip"
	"strings"
)

// loopback is the address of a machine that has no other.
const loopback = "127.0.0.1"

// Address picks the address that neighbours can reach this machine at: of all interfaces that are up, tunnels, modems
// and containers last, the first private IPv4 address, else any other global one, else loopback. It fails only when the
// machine does not say.
func Address() (string, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return "", err
	}
	best, rank := loopback, 0
	var failed error
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addrs, err := i.Addrs()
		failed = errors.Join(failed, err)
		for _, a := range addrs {
			prefix, err := netip.ParsePrefix(a.String())
			if err != nil {
				continue
			}
			r := rankOf(prefix.Addr().Unmap())
			if r > 0 && !aside(i) {
				r += 10
			}
			if r > rank {
				best, rank = prefix.Addr().Unmap().String(), r
			}
		}
	}
	if rank == 0 && failed != nil {
		return "", failed
	}
	return best, nil
}

// aside says whether an interface leads away from the school's own network: a tunnel, a modem, containers of this machine.
func aside(i net.Interface) bool {
	if i.Flags&net.FlagPointToPoint != 0 {
		return true
	}
	for _, prefix := range []string{"docker", "br-", "veth", "virbr", "lxc", "cni", "tun", "tap", "wg", "ppp", "wwan"} {
		if strings.HasPrefix(i.Name, prefix) {
			return true
		}
	}
	return false
}

// rankOf is how good an address is to be known by, 0 for not at all. Link-local IPv6 needs a zone, which memberlist
// cannot carry; link-local IPv4 (RFC 3927) is what two boxes on a bare cable have.
func rankOf(a netip.Addr) int {
	switch {
	case a.Is4() && a.IsPrivate():
		return 5
	case a.Is4() && a.IsGlobalUnicast():
		return 4
	case a.Is4() && a.IsLinkLocalUnicast():
		return 3
	case a.Is6() && a.IsPrivate():
		return 2
	case a.Is6() && a.IsGlobalUnicast():
		return 1
	}
	return 0
}
