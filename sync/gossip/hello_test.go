package gossip

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// counted is a connection whose bytes are counted, both ways.
type counted struct {
	net.Conn
	n *atomic.Int64
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.n.Add(int64(n))
	return n, err
}

func (c counted) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.n.Add(int64(n))
	return n, err
}

func TestAskingTheDistrictTakesOneSmallRound(t *testing.T) {
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	var mu sync.Mutex
	held := map[[8]byte][8]byte{}
	district, err := NewHello(HelloOptions{
		District: "00000000000000d1", Device: "00000000000000d2", Logger: quiet,
		Digests: func() map[[8]byte][8]byte {
			mu.Lock()
			defer mu.Unlock()
			out := map[[8]byte][8]byte{}
			for k, v := range held {
				out[k] = v
			}
			return out
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = district.Serve(ctx, l) }()
	defer func() { cancel(); <-done }()

	ask := func(id string, tag, digest [8]byte) (bool, int64, time.Duration) {
		t.Helper()
		var n atomic.Int64
		box, err := NewHello(HelloOptions{
			District: "00000000000000d1", Device: id, Logger: quiet,
			Dial: func(ctx context.Context, addr string) (net.Conn, error) {
				c, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
				return counted{c, &n}, err
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		same, err := box.Ask(context.Background(), []string{"127.0.0.1:1", l.Addr().String()}, tag, digest)
		if err != nil {
			t.Fatal(err)
		}
		return same, n.Load(), time.Since(began)
	}
	tag, digest := [8]byte{1}, [8]byte{2}
	if same, _, _ := ask("00000000000000b1", tag, digest); same {
		t.Error("a school that the district has not met is in step with it")
	}
	for _, schools := range []int{1, 30, 100, 500} {
		mu.Lock()
		for i := range schools {
			held[[8]byte{byte(i), byte(i >> 8), 9}] = [8]byte{byte(i)}
		}
		held[tag] = digest
		mu.Unlock()
		same, n, took := ask("00000000000000b1", tag, digest)
		if !same {
			t.Errorf("%d schools: in step, and it does not know", schools)
		}
		// Besides: three packets to open, two acknowledgements, four to close, one a direction of data.
		t.Logf("%d schools: %d bytes in the stream, %d with 11 headers of 52 bytes, in %v", schools, n, n+11*52, took.Round(time.Millisecond))
		if n+11*52 > 1100 {
			t.Errorf("a hello takes %d bytes", n+11*52)
		}
	}
	if same, _, _ := ask("00000000000000b1", tag, [8]byte{3}); same {
		t.Error("what changed since is in step")
	}
}

func TestAnotherDistrictsBoxLearnsNothing(t *testing.T) {
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	make1 := func(district string) *Hello {
		h, err := NewHello(HelloOptions{District: district, Device: "00000000000000b1", Logger: quiet, Digests: func() map[[8]byte][8]byte { return map[[8]byte][8]byte{{1}: {2}} }})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = make1("00000000000000d1").Serve(ctx, l) }()
	defer func() { cancel(); <-done }()
	if same, err := make1("00000000000000d3").Ask(context.Background(), []string{l.Addr().String()}, [8]byte{1}, [8]byte{2}); err == nil {
		t.Errorf("asked another district and was told %v", same)
	}
	if _, err := NewHello(HelloOptions{District: "d", Device: "b"}); err == nil {
		t.Error("ids that are none were taken")
	}
}

// A said conn is what somebody says, and keeps what it is told.
type said struct {
	net.Conn
	in  *bytes.Reader
	out bytes.Buffer
}

func (s *said) Read(b []byte) (int, error)  { return s.in.Read(b) }
func (s *said) Write(b []byte) (int, error) { return s.out.Write(b) }

func TestOnlyWhoHoldsTheSameCanSayYes(t *testing.T) {
	tag, digest := [8]byte{1}, [8]byte{2}
	for name, c := range map[string]struct {
		held map[[8]byte][8]byte
		same bool
	}{
		"the same":      {map[[8]byte][8]byte{{7}: {7}, tag: digest}, true},
		"another state": {map[[8]byte][8]byte{tag: {3}}, false},
		"nobody":        {nil, false},
	} {
		box := &said{in: bytes.NewReader(nil)}
		ask := newAsking(box, tag, digest)
		for _, b := range []string{"label", "state"} {
			if n, err := ask.Write([]byte(b)); n != 5 || err != nil {
				t.Fatal(n, err)
			}
		}
		if bytes.Contains(box.out.Bytes(), tag[:]) || bytes.Contains(box.out.Bytes(), digest[:]) {
			t.Error("the question tells what it asks for")
		}
		district := &said{in: bytes.NewReader(box.out.Bytes())}
		answer := &answering{Conn: district, digests: func() map[[8]byte][8]byte { return c.held }}
		if got, err := io.ReadAll(answer); err != nil || string(got) != "labelstate" {
			t.Fatalf("memberlist reads %q, %v", got, err)
		}
		if n, err := answer.Write([]byte("welcome")); n != 7 || err != nil {
			t.Fatal(n, err)
		}
		box.in = bytes.NewReader(district.out.Bytes())
		if got, err := io.ReadAll(ask); err != nil || string(got) != "welcome" || ask.said() != c.same {
			t.Errorf("%s: memberlist reads %q, %v; same %v, want %v", name, got, err, ask.said(), c.same)
		}
	}
}

func FuzzQuestion(f *testing.F) {
	var out said
	ask := newAsking(&out, [8]byte{1}, [8]byte{2})
	_, _ = ask.Write([]byte("label"))
	_, _ = ask.Write([]byte("state"))
	f.Add(out.out.Bytes())
	f.Add([]byte{244, 1, 'x'})
	f.Fuzz(func(t *testing.T, b []byte) {
		c := &answering{Conn: &said{in: bytes.NewReader(b)}, digests: func() map[[8]byte][8]byte { return map[[8]byte][8]byte{{1}: {2}} }}
		got, err := io.ReadAll(c)
		if err == nil && len(b) > 0 && (len(b) < questionLength || len(got) != len(b)-questionLength || len(c.answer) != answerLength) {
			t.Fatalf("of %d bytes memberlist reads %d, and the answer has %d", len(b), len(got), len(c.answer))
		}
	})
}
