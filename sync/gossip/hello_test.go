package gossip

import (
	"context"
	"encoding/binary"
	"fmt"
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
		if schools == 30 && n+11*52 > 1100 {
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

func FuzzListed(f *testing.F) {
	f.Add([]byte{1, 0, 0, 0, 0})
	f.Add(binary.BigEndian.AppendUint16([]byte{1, 1, 2, 3, 4}, 7))
	f.Fuzz(func(t *testing.T, b []byte) {
		same, err := listed(b, [8]byte{1}, [8]byte{2})
		if same && err != nil {
			t.Fatal(fmt.Sprint("in step by an answer that is none: ", err))
		}
	})
}
