package server

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strconv"
)

func splitSync(address string) (host string, port int, err error) {
	host, p, err := net.SplitHostPort(address)
	if err == nil {
		port, err = strconv.Atoi(p)
	}
	if err != nil || port < 0 || port > 65535 {
		return "", 0, fmt.Errorf("server: sync address %q: want HOST:PORT or :PORT: %w", address, errors.Join(err, fs.ErrInvalid))
	}
	return host, port, nil
}

// everywhere says whether a listen address means every network.
func everywhere(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || ip != nil && ip.IsUnspecified()
}

// maxPairs is how many pairs of ports are tried.
const maxPairs = 50

// listenPair settles gossip's port, which stays free until gossip starts, and listens for the exchange on the next. With
// port 0, or one that is taken, any pair serves, so that HOST:PORT of one always leads to the other: what --join needs.
func listenPair(host string, port int) (gossip int, l net.Listener, err error) {
	if port > 0 && portFree(host, port) {
		l, err = listenNear(host, port)
		return port, l, err
	}
	for range maxPairs {
		if l, err = listenNear(host, 0); err != nil {
			return 0, nil, err
		}
		gossip = l.Addr().(*net.TCPAddr).Port - 1
		if portFree(host, gossip) {
			return gossip, l, nil
		}
		l.Close()
	}
	l, err = listenNear(host, port)
	return port, l, err
}

// portFree says whether both TCP and UDP may be had there now.
func portFree(host string, port int) bool {
	address := net.JoinHostPort(host, strconv.Itoa(port))
	l, err := net.Listen("tcp", address)
	if err != nil {
		return false
	}
	defer l.Close()
	u, err := net.ListenPacket("udp", address)
	if err != nil {
		return false
	}
	return u.Close() == nil
}

// listenNear listens on the port after port, or any free one if that is taken (or port is 0, any).
func listenNear(host string, port int) (net.Listener, error) {
	if port > 0 && port < 65535 {
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port+1)))
		if err == nil {
			return l, nil
		}
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return nil, fmt.Errorf("server: exchange: %w", err)
	}
	return l, nil
}
