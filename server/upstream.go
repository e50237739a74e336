package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"lamplight/sync/exchange"
	"lamplight/sync/gossip"
)

// UpstreamHosts reads the address of a district, lamplight://HOST:PORT or HOST:PORT, which is that of its gossip; its
// exchange answers on the port after, or on that very one where only the exchange's is known. fs.ErrInvalid for anything
// else.
func UpstreamHosts(address string) ([]string, error) {
	address = plainAddress(address)
	host, port, err := splitSync(address)
	if err == nil && (host == "" || port == 0 || port == 65535) {
		err = fmt.Errorf("no host and port: %w", fs.ErrInvalid)
	}
	if err != nil {
		return nil, fmt.Errorf("server: upstream %q: want HOST:PORT: %w", address, errors.Join(err, fs.ErrInvalid))
	}
	return []string{net.JoinHostPort(host, strconv.Itoa(port+1)), address}, nil
}

// plainAddress is HOST:PORT of an upstream address.
func plainAddress(address string) string {
	return strings.TrimSuffix(strings.TrimPrefix(address, "lamplight://"), "/")
}

// meteredDay is what a metered link for which no budget is set may carry in a window, or a day: 5 MB.
const meteredDay = 5_000_000

// openUpstream is the link to the district as the settings have it, nil without one.
func (s *Server) openUpstream() (*exchange.Upstream, error) {
	c := s.config.Sync
	if c.Upstream == "" {
		return nil, nil
	}
	hosts, err := UpstreamHosts(c.Upstream)
	if err != nil {
		return nil, err
	}
	u := &exchange.Upstream{Addrs: func() []string { return hosts }, Metered: c.Metered, Now: s.wall.Now}
	if u.Hours, err = exchange.ParseHours(c.Hours); err != nil {
		return nil, fmt.Errorf("server: settings: %w", err)
	}
	limits := exchange.Limits{Month: int64(c.MonthMB) * 1e6, Window: int64(c.WindowMB) * 1e6}
	if c.Metered && limits == (exchange.Limits{}) {
		limits.Window = meteredDay
	}
	u.Budget, err = exchange.OpenBudget(filepath.Join(s.dir, "upstream.cbor"), limits)
	if err == nil {
		u.Hello, err = s.askDistrict(u.Budget)
	}
	return u, err
}

// helloPort is how far the port of the district's hello is above that of its gossip: the exchange and the lobby lie between.
const helloPort = 3

// askDistrict asks the district, by its pool, whether both hold the same.
func (s *Server) askDistrict(paid *exchange.Budget) (func(ctx context.Context, digest [8]byte) (bool, error), error) {
	host, port, err := splitSync(plainAddress(s.config.Sync.Upstream))
	if err != nil {
		return nil, err
	}
	addrs := []string{net.JoinHostPort(host, strconv.Itoa(port+helloPort))}
	return func(ctx context.Context, digest [8]byte) (bool, error) {
		school, district := s.Registry.School(), s.Registry.District()
		if school == nil || district == nil {
			return false, fs.ErrNotExist
		}
		h, err := gossip.NewHello(gossip.HelloOptions{
			District: district.ID(), Device: s.Device.ID(), Logger: s.log,
			Dial: func(ctx context.Context, addr string) (net.Conn, error) {
				conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
				if err != nil {
					return nil, err
				}
				return paid.Meter(conn), nil
			},
		})
		if err != nil {
			return false, err
		}
		return h.Ask(ctx, addrs, exchange.SchoolTag(school.ID()), digest)
	}, nil
}

// claimedYet is how often a district that nobody has claimed looks whether somebody has.
const claimedYet = 5 * time.Second

// answerHellos is a district's half of it.
func (s *Server) answerHellos(ctx context.Context) error {
	if s.config.Node.Role != "district" {
		<-ctx.Done()
		return nil
	}
	look := time.NewTicker(claimedYet)
	defer look.Stop()
	for s.Registry.School() == nil {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
	}
	return s.serveHellos(ctx, s.Registry.School().ID())
}

func (s *Server) serveHellos(ctx context.Context, district string) error {
	host, port, err := splitSync(s.run.network.gossip)
	if err != nil {
		return err
	}
	h, err := gossip.NewHello(gossip.HelloOptions{
		District: district, Device: s.Device.ID(), Logger: s.log, Digests: s.run.network.exchange.SchoolDigests,
	})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port+helloPort)))
	if err != nil {
		s.log.Warn("boxes cannot ask this district whether anything changed, and call its exchange for that", "error", err)
		<-ctx.Done()
		return nil
	}
	return h.Serve(ctx, l)
}

// Upstream says how it stands with the link to the district; false without one.
func (s *Server) Upstream() (exchange.UpstreamStatus, bool) {
	if s.run.network == nil {
		return exchange.UpstreamStatus{}, false
	}
	return s.run.network.exchange.Upstream()
}
