package exchange

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// An emptyLog holds nothing and takes anything.
type emptyLog struct{ received int }

func (*emptyLog) Vector() clock.Vector { return clock.Vector{} }
func (*emptyLog) Digest() [16]byte     { return [16]byte{} }
func (*emptyLog) Segments(clock.Vector, func(segment.Scope) bool, func([]byte) error) error {
	return nil
}
func (l *emptyLog) Receive([]byte) (int, error) { l.received++; return 0, nil }
func (*emptyLog) Changed() <-chan struct{}      { return nil }

// victim serves on loopback; attacker is a device it knows as a box of its school.
func victim(t *testing.T) (n *Node, addr string, attacker *device.Device) {
	t.Helper()
	own, dir := newDevice(t), t.TempDir()
	reg, err := device.OpenRegistry(dir, own)
	if err != nil {
		t.Fatal(err)
	}
	school, err := device.NewSchool("S")
	if err != nil {
		t.Fatal(err)
	}
	attacker = newDevice(t)
	if err := reg.SetSchool(school); err != nil {
		t.Fatal(err)
	}
	if err := reg.Add(school.Enrol(attacker.Public(), "attacker", 1, 1, "box")); err != nil {
		t.Fatal(err)
	}
	n, err = New(Options{
		Device: own, Registry: reg, Log: &emptyLog{}, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Pace: Pace{Handshake: 300 * time.Millisecond, Idle: 300 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = n.Serve(ctx, ln) }()
	t.Cleanup(func() { cancel(); <-done })
	return n, ln.Addr().String(), attacker
}

// attack sends raw after the handshake and returns what came back until the victim hung up.
func attack(t *testing.T, addr string, as *device.Device, raw []byte) []byte {
	t.Helper()
	config, err := tlsConfig(as)
	if err != nil {
		t.Fatal(err)
	}
	c, err := tls.Dial("tcp", addr, config)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	go func() { _, _ = c.Write(raw) }() // ends with the connection
	back, err := io.ReadAll(c)
	if err != nil && strings.Contains(err.Error(), "timeout") {
		t.Fatal("the victim did not hang up")
	}
	return back
}

func greeting() []byte {
	return appendFrame(nil, kindHello, pack(hello{Proto: 1, Standing: Member, Digest: make([]byte, 16)}))
}

func vectorOf(v clock.Vector) []byte {
	return appendFrame(nil, kindVector, pack(vectorMessage{Full: true, Vector: v}))
}

func TestAHostilePeerIsHungUpOn(t *testing.T) {
	n, addr, attacker := victim(t)
	greeted := append(greeting(), vectorOf(clock.Vector{})...)
	want := appendFrame(nil, kindWant, pack(wantMessage{Number: 1, Hash: make([]byte, 32), Length: 1 << 40}))
	for name, raw := range map[string][]byte{
		"garbage":                 []byte(strings.Repeat("GET / HTTP/1.1\r\n", 100)),
		"a huge length":           {byte(kindHello), 0xff, 0xff},
		"silence":                 {},
		"half a frame":            greeting()[:9],
		"a hello of no sense":     appendFrame(nil, kindHello, pack(hello{Proto: 0})),
		"a segment first":         appendFrame(nil, kindSegment, []byte("LMPS")),
		"silence after the hello": greeting(),
		"two vectors":             append(greeted, vectorOf(clock.Vector{})...),
		"an ack before a vector":  append(greeting(), appendFrame(nil, kindAck, pack(vectorMessage{Vector: clock.Vector{}}))...),
		"a want without end":      append(greeted, want...),
		"chunks nobody asked for": append(greeted, appendFrame(nil, kindChunk, appendChunk(nil, chunk{7, 0, []byte("x")}))...),
		"an answer to nothing":    append(greeted, appendFrame(nil, kindAnswered, []byte{7, 1})...),
		"a segment of garbage":    append(greeted, appendFrame(nil, kindSegment, make([]byte, 4000))...),
		"endless parts before":    []byte(strings.Repeat(string(appendFrame(nil, kindPart, make([]byte, maxPayload))), 10)),
		"endless unknown frames":  append(greeted, []byte(strings.Repeat(string(appendFrame(nil, 200, make([]byte, maxPayload))), 300))...),
	} {
		t.Run(name, func(t *testing.T) {
			attack(t, addr, attacker, raw)
			if got := n.o.Log.(*emptyLog).received; got != 0 {
				t.Errorf("%d segments reached the log", got)
			}
		})
	}
}

func TestAThousandWantsDoNotPileUp(t *testing.T) {
	_, addr, attacker := victim(t)
	raw := append(greeting(), vectorOf(clock.Vector{})...)
	for i := range 100_000 {
		raw = appendFrame(raw, kindWant, pack(wantMessage{Number: uint64(i), Hash: make([]byte, 32), Length: 1}))
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	attack(t, addr, attacker, raw)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 8<<20 {
		t.Errorf("the heap grew by %d bytes", grown)
	}
}

func TestAStrangersHelloIsAnsweredWithAGoodbyeAlone(t *testing.T) {
	_, addr, _ := victim(t)
	back := attack(t, addr, newDevice(t), greeting())
	k, payload, err := newFrameReader(strings.NewReader(string(back))).next()
	if err != nil || k != kindBye || !strings.Contains(string(payload), "not paired") {
		t.Errorf("a stranger was told: kind %d, %q (%v)", k, payload, err)
	}
	if len(back) > 200 {
		t.Errorf("a stranger got %d bytes", len(back))
	}
}

func TestAContentPeerMayNotGiveWhatIsNotPublic(t *testing.T) {
	n, addr, _ := victim(t)
	log := n.o.Log.(*emptyLog)
	for scope, want := range map[segment.Scope]int{"pub": 1, "ops": 0, n.o.Registry.School().Learn(): 0} {
		log.received = 0
		peer := newDevice(t)
		if err := n.o.Registry.AddContentPeer(peer.Public(), "content"); err != nil {
			t.Fatal(err)
		}
		stream := peer.Stream(scope)
		raw, _, err := segment.Encode(segment.Place{Stream: stream, Epoch: 1, Scope: scope, First: 1, Before: segment.StartOf(stream)},
			[]*segment.Event{{Lamport: 1, Kind: "course/1"}}, &segment.Past{}, peer.Sign)
		if err != nil {
			t.Fatal(err)
		}
		hello := appendFrame(nil, kindHello, pack(hello{Proto: 1, Standing: ContentPeer, Digest: make([]byte, 16)}))
		attack(t, addr, peer, appendFrame(append(hello, vectorOf(clock.Vector{})...), kindSegment, raw))
		if log.received != want {
			t.Errorf("scope %s: %d segments reached the log, want %d", scope, log.received, want)
		}
	}
}

func TestAnotherBoxsCertificateDoesNotLetAStrangerIn(t *testing.T) {
	n, addr, member := victim(t)
	peer, _ := n.o.Registry.Peer(member.ID())
	raw := appendFrame(nil, kindHello, pack(hello{Proto: 1, School: n.trust.school()}))
	raw = appendFrame(raw, kindCertificate, peer.Certificate.Marshal())
	raw = append(raw, vectorOf(clock.Vector{})...)
	back := attack(t, addr, newDevice(t), raw)
	r := newFrameReader(strings.NewReader(string(back)))
	var told []kind
	for {
		k, payload, err := r.next()
		if err != nil {
			break
		}
		if told = append(told, k); k == kindBye && !strings.Contains(string(payload), "somebody else") {
			t.Errorf("goodbye: %q", payload)
		}
	}
	for _, k := range told {
		if k != kindHello && k != kindBye {
			t.Errorf("a stranger with a stolen certificate was sent frames of kinds %v", told)
		}
	}
	if len(told) == 0 || told[len(told)-1] != kindBye {
		t.Errorf("frames %v, want a goodbye at the end", told)
	}
}

func TestAWrongProofIsAnsweredWithAGoodbyeAlone(t *testing.T) {
	n, addr, _ := victim(t)
	if _, err := n.Invite(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, mac := range [][]byte{nil, make([]byte, 32)} {
		guesser := newDevice(t)
		back := attack(t, addr, guesser, appendFrame(nil, kindProof, pack(proof{Proto: 1, MAC: mac, Name: "x"})))
		k, _, err := newFrameReader(strings.NewReader(string(back))).next()
		if err != nil || k != kindBye || len(back) > 200 {
			t.Errorf("a wrong proof got %d bytes, kind %d (%v)", len(back), k, err)
		}
		if _, known := n.o.Registry.Peer(guesser.ID()); known {
			t.Error("who guessed wrong was enrolled")
		}
	}
}

func TestAnInviterThatDoesNotKnowTheCodeIsNotBelieved(t *testing.T) {
	impostor, own := newDevice(t), newDevice(t)
	config, err := tlsConfig(impostor)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	school, err := device.NewSchool("Trap")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := ln.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		_, _, _ = newFrameReader(c).next()
		cert := school.Enrol(impostor.Public(), "trap", 1, 1, "box")
		w := welcome{MAC: make([]byte, 32), School: school.Export(), Certificates: [][]byte{cert.Marshal()}}
		_ = (&frameWriter{w: c}).message(kindWelcome, pack(w))
		_, _ = io.Copy(io.Discard, c)
	}()
	reg, err := device.OpenRegistry(t.TempDir(), own)
	if err != nil {
		t.Fatal(err)
	}
	n, err := New(Options{Device: own, Registry: reg, Log: &emptyLog{}, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	if p, err := n.Accept(context.Background(), "0123456789ABCDEF", []string{ln.Addr().String()}); err == nil || reg.School() != nil {
		t.Errorf("joined a trap: %+v", p)
	}
	if len(reg.Peers()) != 0 {
		t.Errorf("peers: %+v", reg.Peers())
	}
	<-done
}

func TestAStrangerWhoKeepsSilentKeepsNobodyElseOut(t *testing.T) {
	c := callers{from: map[string]int{}, ofOne: maxCallersOfOne}
	from := func(host string) (func(), bool) { return c.enter(caller(net.JoinHostPort(host, "1"))) }
	var leaves []func()
	for i := range maxCallers {
		leave, fits := from("10.0.0.66")
		if leaves = append(leaves, leave); fits != (i < maxCallersOfOne) {
			t.Errorf("connection %d of one address: %v", i+1, fits)
		}
	}
	if _, fits := from("10.0.0.7"); !fits {
		t.Error("another box is kept out")
	}
	for _, leave := range leaves {
		leave()
	}
	if _, fits := from("10.0.0.66"); !fits || c.from["10.0.0.66"] != 1 {
		t.Errorf("after all have left %d are counted", c.from["10.0.0.66"])
	}
}

// A caller is a connection of which only the address matters.
type caller string

func (caller) Read([]byte) (int, error)  { return 0, io.EOF }
func (caller) Write([]byte) (int, error) { return 0, io.EOF }
func (caller) Close() error              { return nil }
func (c caller) LocalAddr() net.Addr     { return c.RemoteAddr() }
func (c caller) RemoteAddr() net.Addr {
	a, _ := net.ResolveTCPAddr("tcp", string(c))
	return a
}
func (caller) SetDeadline(time.Time) error      { return nil }
func (caller) SetReadDeadline(time.Time) error  { return nil }
func (caller) SetWriteDeadline(time.Time) error { return nil }
