package exchange

import (
	"crypto/tls"
	"io"
	"testing"
	"time"

	"lamplight/sync/clock"
	"lamplight/sync/reconcile"
)

// kinds are the frames that come back when raw is said and nothing more.
func kinds(t *testing.T, addr string, c *tls.Config, raw []byte, most int) (out []kind, first hello) {
	t.Helper()
	conn, err := tls.Dial("tcp", addr, c)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := conn.Write(raw); err != nil {
		return nil, first // too slow for the victim's patience: a busy machine
	}
	frames := newFrameReader(conn)
	for len(out) < most {
		k, payload, err := frames.next()
		if err != nil {
			if err != io.EOF {
				t.Log(err)
			}
			break
		}
		if k == kindHello {
			if err := unpack(payload, &first, "hello"); err != nil {
				t.Fatal(err)
			}
		}
		if out = append(out, k); k == kindBye {
			break
		}
	}
	return out, first
}

// A full log holds one stream of its own device.
type fullLog struct {
	emptyLog
	vector clock.Vector
}

func (l *fullLog) Vector() clock.Vector { return l.vector.Clone() }

func TestTheCalledSendsItsRecordsRightAfterItsHello(t *testing.T) {
	say := func(change func(*hello)) ([]kind, hello) {
		n, addr, attacker := victim(t) // one for each, since a session is noted after its last byte
		stream := n.o.Device.Stream("pub")
		n.home.log = &fullLog{vector: clock.Vector{stream: 9}}
		config, err := tlsConfig(attacker)
		if err != nil {
			t.Fatal(err)
		}
		known := clock.Vector{stream: 5} // what the caller told at the last session
		n.contacts.change(attacker.ID(), func(c *contact) bool { c.Heard, c.Told = known, known; return true })
		now := clock.Vector{stream: 7}
		sum, delta := reconcile.Sum(now), []byte(nil)
		if delta, _ = reconcile.Delta(known, now); len(delta) == 0 {
			t.Fatal("no delta")
		}
		h := hello{Proto: Proto, Standing: Member, Digest: sum[:], Certs: certificatesSum(n.home.certIDs()), Change: delta}
		h.School = n.trust.school()
		change(&h)
		for range 20 {
			if got, first := kinds(t, addr, config, appendFrame(nil, kindHello, pack(h)), 3); len(got) > 0 {
				return got, first
			}
		}
		t.Fatal("no answer")
		return nil, h
	}
	got, h := say(func(*hello) {})
	if len(got) < 3 || got[0] != kindHello || got[1] != kindVector || got[2] != kindRecordsDone || !h.Known {
		t.Errorf("a caller that told its change got %v, known %v", got, h.Known)
	}
	for name, change := range map[string]func(*hello){
		"without it":           func(h *hello) { h.Change = nil },
		"of an older release":  func(h *hello) { h.Proto = 1 },
		"with another digest":  func(h *hello) { h.Digest = make([]byte, 16) },
		"with damage":          func(h *hello) { h.Change = []byte{9, 9, 9} },
		"of other boxes":       func(h *hello) { h.Certs = make([]byte, 8) },
		"that knows us not so": func(h *hello) { h.Standing = Stranger },
	} {
		got, h := say(change)
		if h.Known || len(got) > 2 && got[2] == kindRecordsDone {
			t.Errorf("a caller %s got %v, known %v", name, got, h.Known)
		}
	}
}
