package gossip

import (
	"encoding/hex"
	"net"
	"strconv"
)

func (p *Pools) schoolMeta() []byte {
	return schoolMeta{role: p.o.Role, proto: 1, news: p.news(), port: uint16(p.o.Exchange)}.bytes()
}

func (p *Pools) news() news {
	p.mu.Lock()
	defer p.mu.Unlock()
	return news{p.device, p.boot, p.count, p.digest}
}

func (p *Pools) lobbyMeta() []byte {
	m := lobbyMeta{device: p.device, port: uint16(p.o.Exchange)}
	if p.o.Name != nil {
		m.name = p.o.Name()
	}
	p.mu.Lock()
	m.opens = p.member != nil
	p.mu.Unlock()
	return m.bytes()
}

func (p *Pools) onSchool(name, host, gossip string, raw []byte) {
	m, ok := parseSchoolMeta(name, raw)
	if !ok {
		return
	}
	peer := Peer{Device: name, Addr: net.JoinHostPort(host, strconv.Itoa(int(m.port))), Gossip: gossip, Role: m.role, Digest: m.news.digest}
	p.mu.Lock()
	old, known := p.near[name]
	n := m.news
	if known && !n.newer(old.news) {
		n, peer.Digest = old.news, old.Digest
	}
	p.near[name] = here{peer, n}
	p.mu.Unlock()
	if !known || old.Peer != peer {
		p.report(peer)
	}
}

// onNews takes a digest that a member sent straight to us.
func (p *Pools) onNews(b []byte) {
	n, ok := parseMessage(b)
	if !ok {
		return
	}
	id := hex.EncodeToString(n.device[:])
	p.mu.Lock()
	old, known := p.near[id]
	changed := known && n.newer(old.news)
	if changed {
		old.Digest, old.news = n.digest, n
		p.near[id] = old
	}
	p.mu.Unlock()
	if changed {
		p.report(old.Peer)
	}
}

func (p *Pools) goneSchool(name string) {
	p.mu.Lock()
	old, known := p.near[name]
	delete(p.near, name)
	p.mu.Unlock()
	if known {
		old.Gone = true
		p.report(old.Peer)
	}
	p.wake()
}

func (p *Pools) report(peer Peer) {
	if p.o.OnPeer != nil {
		p.o.OnPeer(peer)
	}
}

func (p *Pools) onLobby(name, host, _ string, raw []byte) {
	if m, ok := parseLobbyMeta(name, raw); ok {
		p.mu.Lock()
		p.visitors[name] = Visitor{Device: name, Name: m.name, Addr: net.JoinHostPort(host, strconv.Itoa(int(m.port))), Opens: m.opens}
		p.mu.Unlock()
	}
}

func (p *Pools) goneLobby(name string) {
	p.mu.Lock()
	delete(p.visitors, name)
	p.mu.Unlock()
}
