package gossip

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"io"
	"net"
	"sync"

	"github.com/zeebo/blake3"
)

// Before memberlist's own bytes a box asks, and before those of its answer the district says, whether both hold the same:
//
//	question  'L' ‖ salt 8 ‖ first 6 bytes of BLAKE3("lamplight hello 2", 0 ‖ salt ‖ tag 8 ‖ digest 8)
//	answer    the next 4 bytes of that hash from who holds the same, any others from who does not
//
// Who does not know tag and digest learns nothing and cannot say yes. It costs the same with one school and with a thousand.
const (
	questionMark   = 'L' // memberlist begins a stream with a type: below 20, or 244
	questionLength = 1 + 8 + 6
	answerLength   = 4
)

// proofs are the question's bytes and the answer's for what a school and its district may both hold.
func proofs(salt []byte, tag, digest [8]byte) (asked [6]byte, answer [answerLength]byte) {
	b := append([]byte("lamplight hello 2\x00"), salt...)
	sum := blake3.Sum256(append(append(b, tag[:]...), digest[:]...))
	copy(asked[:], sum[:6])
	copy(answer[:], sum[6:])
	return asked, answer
}

// An asking connection is a box's: it puts the question before what is first written, and takes the answer off what is
// first read. memberlist writes its label and what it says apart, which is a packet and its acknowledgement more; they go as
// one. For one goroutine at a time to write and one to read, as memberlist does.
type asking struct {
	net.Conn
	held   []byte // the question, then memberlist's label too
	writes int
	want   [answerLength]byte

	mu       sync.Mutex
	answered bool
	same     bool
}

func newAsking(c net.Conn, tag, digest [8]byte) *asking {
	salt := make([]byte, 8)
	_, _ = rand.Read(salt) // never fails
	asked, want := proofs(salt, tag, digest)
	return &asking{Conn: c, held: append(append([]byte{questionMark}, salt...), asked[:]...), want: want}
}

func (c *asking) Write(b []byte) (int, error) {
	c.writes++
	switch c.writes {
	case 1:
		c.held = append(c.held, b...)
		return len(b), nil
	case 2:
		n, err := c.Conn.Write(append(c.held, b...))
		n, c.held = max(n-len(c.held), 0), nil
		return n, err
	}
	return c.Conn.Write(b)
}

func (c *asking) Read(b []byte) (int, error) {
	if err := c.take(); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

func (c *asking) take() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.answered {
		return nil
	}
	var answer [answerLength]byte
	_, err := io.ReadFull(c.Conn, answer[:])
	c.answered = true
	c.same = err == nil && subtle.ConstantTimeCompare(answer[:], c.want[:]) == 1
	return err
}

// said is the answer, false until there is one.
func (c *asking) said() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.same
}

// An answering connection is the district's.
type answering struct {
	net.Conn
	digests func() map[[8]byte][8]byte
	read    bool
	answer  []byte // to go before what is first written
}

var errNoQuestion = errors.New("gossip: a caller of the district's pool that asks nothing")

func (c *answering) Read(b []byte) (int, error) {
	if !c.read {
		c.read = true
		var question [questionLength]byte
		if _, err := io.ReadFull(c.Conn, question[:]); err != nil {
			return 0, err
		}
		if question[0] != questionMark {
			return 0, errNoQuestion
		}
		c.answer = c.judge(question[1:9], [6]byte(question[9:]))
	}
	return c.Conn.Read(b)
}

func (c *answering) judge(salt []byte, asked [6]byte) []byte {
	out := make([]byte, answerLength)
	_, _ = rand.Read(out)
	if c.digests == nil {
		return out
	}
	n := 0
	for tag, digest := range c.digests() {
		if is, answer := proofs(salt, tag, digest); is == asked {
			return answer[:]
		}
		if n++; n >= maxListed {
			break
		}
	}
	return out
}

func (c *answering) Write(b []byte) (int, error) {
	if c.answer == nil {
		return c.Conn.Write(b)
	}
	n, err := c.Conn.Write(append(c.answer, b...))
	n, c.answer = max(n-len(c.answer), 0), nil
	return n, err
}
