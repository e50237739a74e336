package exchange

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net"
	"testing"
	"time"

	"lamplight/sync/device"
)

func TestAFrameComesOutAsItWentIn(t *testing.T) {
	payloads := [][]byte{nil, []byte("x"), bytes.Repeat([]byte("lamp"), maxPayload/4)}
	var wire []byte
	for i, p := range payloads {
		wire = appendFrame(wire, kind(i+1), p)
	}
	r := newFrameReader(bytes.NewReader(wire))
	for i, want := range payloads {
		k, got, err := r.next()
		if err != nil || k != kind(i+1) || !bytes.Equal(got, want) {
			t.Fatalf("frame %d: kind %d, %d bytes, %v", i, k, len(got), err)
		}
	}
	if _, _, err := r.next(); err != io.EOF {
		t.Fatalf("after the last frame: %v, want io.EOF", err)
	}
}

func TestEveryFlippedBitOfAFrameIsNoticed(t *testing.T) {
	good := appendFrame(nil, kindAck, []byte("seven"))
	for bit := range len(good) * 8 {
		bad := bytes.Clone(good)
		bad[bit/8] ^= 1 << (bit % 8)
		if _, _, err := newFrameReader(bytes.NewReader(bad)).next(); err == nil {
			t.Errorf("bit %d flipped and nobody noticed", bit)
		}
	}
}

func TestAFrameCutAnywhereIsNoFrame(t *testing.T) {
	good := appendFrame(nil, kindAck, []byte("seven"))
	for n := 1; n < len(good); n++ {
		if _, _, err := newFrameReader(bytes.NewReader(good[:n])).next(); err != io.ErrUnexpectedEOF {
			t.Errorf("cut at %d: %v, want io.ErrUnexpectedEOF", n, err)
		}
	}
}

func TestALongMessageComesInPartsAndATooLongOneNotAtAll(t *testing.T) {
	var wire bytes.Buffer
	out := &frameWriter{w: &wire}
	long := bytes.Repeat([]byte("0123456789abcdef"), 5000)
	if err := out.message(kindSegment, long); err != nil {
		t.Fatal(err)
	}
	raw := bytes.Clone(wire.Bytes())
	k, got, err := (&messageReader{frames: newFrameReader(&wire), limit: len(long)}).next()
	if err != nil || k != kindSegment || !bytes.Equal(got, long) {
		t.Fatalf("kind %d, %d bytes, %v", k, len(got), err)
	}
	_, _, err = (&messageReader{frames: newFrameReader(bytes.NewReader(raw)), limit: len(long) - 1}).next()
	if !errors.Is(err, fs.ErrInvalid) {
		t.Fatalf("beyond the limit: %v, want fs.ErrInvalid", err)
	}
}

func TestUnknownFramesAreSkippedButNotForEver(t *testing.T) {
	wire := appendFrame(appendFrame(nil, 99, []byte("from the future")), kindAck, []byte("now"))
	r := &messageReader{frames: newFrameReader(bytes.NewReader(wire)), limit: maxGreeting}
	if k, got, err := r.next(); err != nil || k != kindAck || string(got) != "now" {
		t.Fatalf("kind %d, %q, %v", k, got, err)
	}
	endless := bytes.Repeat(appendFrame(nil, 99, make([]byte, maxPayload)), maxSkipped/maxPayload+1)
	r = &messageReader{frames: newFrameReader(bytes.NewReader(endless)), limit: maxGreeting}
	if _, _, err := r.next(); !errors.Is(err, fs.ErrInvalid) {
		t.Fatalf("endless unknown frames: %v, want fs.ErrInvalid", err)
	}
}

func FuzzFrames(f *testing.F) {
	f.Add(appendFrame(nil, kindHello, pack(hello{Proto: 1, Digest: make([]byte, 16)})))
	f.Add(appendFrame(nil, kindWant, pack(wantMessage{Number: 1, Hash: make([]byte, 32), Length: 9})))
	f.Add(appendFrame(nil, kindChunk, appendChunk(nil, chunk{1, 2, []byte("x")})))
	f.Add(appendFrame(appendFrame(nil, kindPart, []byte{0xa1}), kindVector, []byte{2, 0xa0}))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r := &messageReader{frames: newFrameReader(bytes.NewReader(raw)), limit: maxGreeting}
		for {
			k, payload, err := r.next()
			if err != nil {
				return
			}
			if len(payload) > maxGreeting {
				t.Fatalf("%d bytes passed the limit", len(payload))
			}
			decodeAny(k, payload)
		}
	})
}

// FuzzMessages feeds every decoder, without a checksum in the way.
func FuzzMessages(f *testing.F) {
	f.Add(byte(kindHello), pack(hello{Proto: 1, Standing: Member, School: make([]byte, 8)}))
	f.Add(byte(kindVector), []byte{0xa2, 1, 0xf5, 2, 0xa1, 0x48, 1, 2, 3, 4, 5, 6, 7, 8, 9})
	f.Add(byte(kindProof), pack(proof{Proto: 1, MAC: make([]byte, 32), Name: "Kituo"}))
	f.Add(byte(kindWelcome), pack(welcome{MAC: make([]byte, 32), Certificates: [][]byte{{1}}}))
	f.Add(byte(kindRecover), pack(recoverMessage{Proto: 1, Locator: make([]byte, 8)}))
	f.Add(byte(kindSheets), pack(sheetsMessage{Own: []byte{1}, Sheets: []Sheet{{Sealed: []byte{2}, Certificates: [][]byte{{3}}}}}))
	f.Add(byte(kindEnvelope), []byte("LENV\x01"))
	f.Fuzz(func(t *testing.T, k byte, payload []byte) { decodeAny(kind(k), payload) })
}

func decodeAny(k kind, payload []byte) {
	switch k {
	case kindHello:
		_ = unpack(payload, &hello{}, "hello")
	case kindVector, kindAck:
		var v vectorMessage
		if unpack(payload, &v, "vector") == nil {
			_, _ = parseCertIDs(v.Certs)
		}
	case kindWant:
		var w wantMessage
		if unpack(payload, &w, "want") == nil {
			_, _ = parseHash(w.Hash)
		}
	case kindChunk:
		_, _ = parseChunk(payload)
	case kindProof:
		_ = unpack(payload, &proof{}, "proof")
	case kindWelcome:
		_ = unpack(payload, &welcome{}, "welcome")
	case kindRecover:
		_ = unpack(payload, &recoverMessage{}, "recovery")
	case kindSheets:
		var m sheetsMessage
		if unpack(payload, &m, "sheets") == nil {
			_, _ = (&Node{}).comeBack(make([]byte, 32), m, device.Recovery{})
		}
	case kindEnvelope, kindSegment:
		_, _, _ = headOf(payload)
	case kindBye:
		_ = clip(string(payload))
	}
}

// A tally is a writer that counts what is written to it at once.
type tally struct{ sizes []int }

func (w *tally) Write(b []byte) (int, error) {
	w.sizes = append(w.sizes, len(b))
	return len(b), nil
}

func TestQueuedFramesShareAWriteAndNoneIsLongerThanAFrame(t *testing.T) {
	var w tally
	out := &frameWriter{w: &w}
	for range 20 {
		if err := out.queue(kindAck, make([]byte, 30)); err != nil {
			t.Fatal(err)
		}
	}
	if len(w.sizes) != 0 || out.pending() != 20*37 {
		t.Fatalf("before the flush: %v written, %d queued", w.sizes, out.pending())
	}
	if err := out.flush(); err != nil || len(w.sizes) != 1 || out.pending() != 0 {
		t.Fatalf("after it: %v, %d queued, %v", w.sizes, out.pending(), err)
	}
	total := w.sizes[0]
	for range 40 {
		if err := out.queueMessage(kindSegment, make([]byte, 1500)); err != nil {
			t.Fatal(err)
		}
		if last := w.sizes[len(w.sizes)-1]; last > max(2*total, 3000) {
			t.Fatalf("a cut after %d bytes may lose %d", total, last)
		}
		total = 0
		for _, n := range w.sizes {
			total += n
		}
	}
	if err := out.queueMessage(kindSegment, make([]byte, 100_000)); err != nil {
		t.Fatal(err)
	}
	if err := out.flush(); err != nil {
		t.Fatal(err)
	}
	for _, n := range w.sizes {
		if n > MaxFrame {
			t.Errorf("%d bytes were written at once", n)
		}
	}
	if len(w.sizes) > 22 {
		t.Errorf("%d writes: %v", len(w.sizes), w.sizes)
	}
}

func TestASessionThatSendsIsNotQuiet(t *testing.T) {
	here, there := net.Pipe()
	defer here.Close()
	defer there.Close()
	go io.Copy(io.Discard, there)
	m := newMeter(here, time.Minute)
	m.start = time.Now().Add(-time.Hour)
	if got := m.quiet(); got < time.Hour {
		t.Errorf("nothing has passed for %v, want an hour", got)
	}
	if _, err := m.Write([]byte("a part of a course")); err != nil {
		t.Fatal(err)
	}
	if got := m.quiet(); got > time.Minute {
		t.Errorf("it is quiet for %v though it has just sent", got)
	}
}
