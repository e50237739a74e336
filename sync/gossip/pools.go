package gossip

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Pools are the two pools of one box. Safe for concurrent use.
type Pools struct {
	o      Options
	pace   Pace
	device [8]byte
	boot   [4]byte
	school *pool
	lobby  *pool

	kick chan struct{} // capacity 1: Run looks again

	mu       sync.Mutex
	member   *School
	until    time.Time // how long the lobby is open for an invitation
	digest   [8]byte
	count    uint32          // of digests in this run
	told     time.Time       // when the digest was last told to members
	updated  time.Time       // when the meta was last told to everybody
	toldNo   uint32          // count then
	metaNo   uint32          // count then
	near     map[string]here // by device id
	visitors map[string]Visitor
	found    map[string][]string // heard of from outside: pool, addresses
	addrErr  string
}

// here is a peer and how new what we know of it is.
type here struct {
	Peer
	news news
}

const (
	maxPeers    = 1024
	maxVisitors = 64
	// DefaultPort is the school pool's; the exchange has the next and the lobby the one after.
	DefaultPort = 7946
)

// New makes Pools; nothing runs until Run. An id that is none is fs.ErrInvalid.
func New(o Options) (*Pools, error) {
	p := &Pools{
		o: o, pace: o.Pace.orLamp(), kick: make(chan struct{}, 1), near: map[string]here{},
		visitors: map[string]Visitor{}, found: map[string][]string{},
	}
	id, err := hex.DecodeString(o.Device)
	if err != nil || len(id) != len(p.device) || o.Exchange <= 0 || o.Exchange > 65535 {
		return nil, fmt.Errorf("gossip: device %q with exchange port %d: %w", o.Device, o.Exchange, fs.ErrInvalid)
	}
	copy(p.device[:], id)
	_, _ = rand.Read(p.boot[:])
	if p.o.Logger == nil {
		p.o.Logger = slog.Default()
	}
	if p.o.Address == nil {
		p.o.Address = Address
	}
	p.school = p.pool("school", o.Port, maxPeers)
	p.school.meta, p.school.onMeta, p.school.onGone, p.school.onMsg = p.schoolMeta, p.onSchool, p.goneSchool, p.onNews
	p.school.valid = func(name string, meta []byte) bool { _, ok := parseSchoolMeta(name, meta); return ok }
	lobbyPort := 0
	if o.Port > 0 && o.Port <= 65533 {
		lobbyPort = o.Port + 2
	}
	p.lobby = p.pool("lobby", lobbyPort, maxVisitors)
	p.lobby.meta, p.lobby.onMeta, p.lobby.onGone = p.lobbyMeta, p.onLobby, p.goneLobby
	p.lobby.valid = func(name string, meta []byte) bool { _, ok := parseLobbyMeta(name, meta); return ok }
	return p, nil
}

func (p *Pools) pool(what string, port, most int) *pool {
	return &pool{
		what: what, name: p.o.Device, port: port, most: most, logger: p.o.Logger, tune: p.pace.Tune,
		members: map[string]bool{}, rejoiner: rejoiner{every: p.pace.Rejoin, rest: p.pace.Rest},
	}
}

// SetSchool names the school whose pool to be in; nil is none. Another key for the same school is turned to: see Pace.Turn.
func (p *Pools) SetSchool(s *School) {
	p.mu.Lock()
	same := p.member != nil && s != nil && p.member.ID == s.ID && bytes.Equal(p.member.Key, s.Key)
	p.member = s
	p.mu.Unlock()
	if !same {
		p.wake()
	}
}

// SetDigest says what this box holds now. Members hear of it within Pace.Tell and a packet's time.
func (p *Pools) SetDigest(digest [8]byte) {
	p.mu.Lock()
	if digest != p.digest {
		p.digest = digest
		p.count++
	}
	p.mu.Unlock()
	p.wake()
}

// OpenLobby lets this box be found in the lobby for d from now; 0 closes it (unless the box has no school).
func (p *Pools) OpenLobby(d time.Duration) {
	p.mu.Lock()
	p.until = time.Now().Add(d)
	p.mu.Unlock()
	p.lobby.rejoiner.soon()
	p.wake()
}

// JoinLobby tells the lobby of an address to try, HOST:PORT of another's lobby: from a QR code, say. It is tried as
// long as this runs.
func (p *Pools) JoinLobby(addr string) {
	p.foundAt("lobby", addr)
}

// maxFound is how many addresses from outside are tried; the oldest go.
const maxFound = 16

// foundAt notes an address that a knock or somebody named.
func (p *Pools) foundAt(pool, addr string) {
	p.mu.Lock()
	had := slices.Contains(p.found[pool], addr)
	if !had {
		p.found[pool] = append(p.found[pool], addr)
		p.found[pool] = p.found[pool][max(0, len(p.found[pool])-maxFound):]
	}
	p.mu.Unlock()
	if !had {
		p.wake()
	}
}

// Near lists the boxes of the school that are seen, by id.
func (p *Pools) Near() []Peer {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []Peer
	for _, id := range slices.Sorted(maps.Keys(p.near)) {
		out = append(out, p.near[id].Peer)
	}
	return out
}

// Lobby lists who is in the lobby, by id. Nothing in it is true until a pairing proves it.
func (p *Pools) Lobby() []Visitor {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []Visitor
	for _, id := range slices.Sorted(maps.Keys(p.visitors)) {
		out = append(out, p.visitors[id])
	}
	return out
}

// LobbyAddrs lists the exchanges of those in the lobby, first those who say that they have an invitation open.
func (p *Pools) LobbyAddrs() []string {
	var open, other []string
	for _, v := range p.Lobby() {
		if v.Opens {
			open = append(open, v.Addr)
		} else {
			other = append(other, v.Addr)
		}
	}
	if len(open) == 0 {
		p.lobby.rejoiner.soon()
		p.wake()
	}
	return append(open, other...)
}

// Addr is where the school pool can be joined, "" while it does not run.
func (p *Pools) Addr() string {
	p.school.mu.Lock()
	defer p.school.mu.Unlock()
	return p.school.addr
}

// LobbyAddr is where the lobby can be joined, "" while it does not run.
func (p *Pools) LobbyAddr() string {
	p.lobby.mu.Lock()
	defer p.lobby.mu.Unlock()
	return p.lobby.addr
}

// Health is what an operator should know, a line each; empty when all is well.
func (p *Pools) Health() []string {
	var out []string
	for _, q := range []*pool{p.school, p.lobby} {
		q.mu.Lock()
		if q.problem != "" {
			out = append(out, fmt.Sprintf("the %s pool is not running: %s; other boxes are still found at remembered addresses", q.what, q.problem))
		}
		q.mu.Unlock()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.addrErr != "" {
		out = append(out, "this box's network addresses cannot be read: "+p.addrErr)
	}
	return out
}

func (p *Pools) wake() {
	select {
	case p.kick <- struct{}{}:
	default:
	}
}

// Run keeps the pools as they should be until ctx is done: started, stopped, bound to the address the machine has now,
// joined to whoever should be there. It returns ctx's error once all has stopped.
func (p *Pools) Run(ctx context.Context) error {
	defer p.lobby.stop()
	defer p.school.stop()
	var k *knocker
	defer func() {
		if k != nil {
			k.close()
		}
	}()
	timer := time.NewTimer(0)
	defer timer.Stop()
	var looked time.Time
	addr := loopback
	for {
		if time.Since(looked) >= p.pace.Look {
			looked = time.Now()
			addr = p.address()
		}
		p.arrange(ctx, addr)
		p.tell()
		if p.o.Multicast {
			k = p.knock(k, time.Now())
		}
		p.rejoin(ctx)
		timer.Reset(p.rest())
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.kick:
		case <-timer.C:
		}
	}
}

// address is where neighbours find us now.
func (p *Pools) address() string {
	addr, err := p.o.Address()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.addrErr = ""
	if err != nil {
		p.addrErr = err.Error()
		return loopback
	}
	return addr
}

// arrange starts, stops and rebinds.
func (p *Pools) arrange(ctx context.Context, addr string) {
	p.mu.Lock()
	var school setup
	if p.member != nil {
		school = setup{label: "lamplight/" + p.member.ID, key: string(p.member.Key), addr: addr}
	}
	var lobby setup
	if p.member == nil || time.Now().Before(p.until) {
		lobby = setup{label: "lamplight/lobby", addr: addr}
	}
	p.mu.Unlock()
	p.keep(ctx, p.school, school)
	p.keep(ctx, p.lobby, lobby)
}

// keep makes one pool run as want says; the zero setup is not at all.
func (p *Pools) keep(ctx context.Context, q *pool, want setup) {
	q.mu.Lock()
	now, runs := q.setup, q.list != nil
	q.mu.Unlock()
	if now == want || ctx.Err() != nil {
		return
	}
	if runs && turns(now, want) {
		q.turn(want.key, p.pace.Turn, time.Now())
		return
	}
	if runs {
		q.stop()
	}
	if want == (setup{}) {
		return
	}
	q.rejoiner.soon()
	if err := q.start(ctx, want); err != nil {
		p.o.Logger.Warn("gossip not started, will try again", "error", err)
	}
}

// many is from how many members on the digest goes by gossip instead of straight to each.
const many = 9

// tell announces a changed digest: straight to few members at once, and in the meta for those who come later.
func (p *Pools) tell() {
	others := p.school.others()
	now := time.Now()
	p.mu.Lock()
	straight := p.count != p.toldNo && now.Sub(p.told) >= p.pace.Tell
	if straight {
		p.told, p.toldNo = now, p.count
	}
	update := p.count != p.metaNo && now.Sub(p.updated) >= p.metaEvery(len(others))
	if update {
		p.updated, p.metaNo = now, p.count
	}
	p.mu.Unlock()
	if list := p.school.running(); list != nil && straight && len(others) < many {
		message := p.news().message()
		for _, m := range others {
			_ = list.SendBestEffort(m, message) // lost: the meta says it again
		}
	}
	if update {
		p.school.update()
	}
}

func (p *Pools) metaEvery(members int) time.Duration {
	if members >= many {
		return min(p.pace.Meta, time.Second)
	}
	return p.pace.Meta
}

// rest is how long Run may sleep when nobody wakes it.
func (p *Pools) rest() time.Duration {
	members := len(p.school.others())
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.pace.Look
	if p.count != p.toldNo {
		d = min(d, p.pace.Tell-time.Since(p.told))
	}
	if p.count != p.metaNo {
		d = min(d, p.metaEvery(members)-time.Since(p.updated))
	}
	return max(min(d, p.pace.Rejoin), 10*time.Millisecond)
}

// rejoin tries whoever should be in a pool and is not seen.
func (p *Pools) rejoin(ctx context.Context) {
	addrs := slices.Clone(p.o.Seeds)
	if p.o.Remembered != nil {
		addrs = append(addrs, p.o.Remembered()...)
	}
	lobby := []string{hostPort(loopback, DefaultPort+2)}
	for _, seed := range p.o.Seeds {
		host, port, err := net.SplitHostPort(seed)
		if n, errN := strconv.Atoi(port); err == nil && errN == nil && n < 65534 {
			lobby = append(lobby, hostPort(host, n+2))
		}
	}
	p.mu.Lock()
	addrs, lobby = append(addrs, p.found["school"]...), append(lobby, p.found["lobby"]...)
	p.mu.Unlock()
	p.school.rejoin(ctx, addrs, p.wake)
	p.lobby.rejoin(ctx, lobby, p.wake)
}
