package segment

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"github.com/zeebo/blake3"

	"lamplight/sync/clock"
)

// An envelope is a whole segment that only those it was sealed to can read, and anybody can carry:
//
//	"LENV" ‖ version 1 ‖ clear (length uvarint ‖ bytes) ‖ ephemeral X25519 key 32
//	       ‖ recipients (count 1; each: tag 8 ‖ wrapped content key 48) ‖ sealed segment
//	clear: school 8 (zero: none) ‖ stream 8 ‖ epoch ‖ scope ‖ first ‖ count ‖ chain before 16 ‖ after 16
//	       ‖ highest Lamport ‖ size of the segment
//
// Numbers without a size are uvarints in their shortest form, a scope is written as in a segment's header. A tag is the
// first 8 bytes of BLAKE3("lamplight seal tag 1" ‖ 0 ‖ recipient's key). The content key (32 random bytes) is wrapped for each
// recipient by AES-256-GCM under BLAKE3-derived("lamplight seal 1", X25519(ephemeral, recipient) ‖ ephemeral ‖ recipient),
// the segment by AES-256-GCM under the content key; both with a nonce of zeros, because every key seals one thing, and
// the second with all that stands before it as associated data. So the clear part is proved when the envelope is opened
// and is a carrier's word before.
const (
	sealMagic   = "LENV"
	sealVersion = 1
	wrappedKey  = 32 + gcmTag
	gcmTag      = 16
	maxClear    = 512

	// MaxRecipients is how many an envelope can be sealed to.
	MaxRecipients = 64
	// MaxEnvelope is the size of the largest envelope.
	MaxEnvelope = MaxSegment + 4<<10 + MaxRecipients*(8+wrappedKey)
)

// A SealedInfo is what anybody may read of an envelope. It is true only of one that was opened.
type SealedInfo struct {
	School  string // id of the school whose it is, 16 hex digits; "" when neither scope nor sealer named one
	Stream  clock.Stream
	Epoch   uint32
	Scope   Scope
	First   uint64 // sequence of the first event, from 1
	Count   int    // 1 to MaxEvents
	Before  Chain
	After   Chain
	Lamport uint64    // the highest of the segment
	Size    int       // bytes of the segment as stored
	To      [][8]byte // tags of those who can open it, as Tag makes them
}

// Last is the sequence of the last event.
func (i *SealedInfo) Last() uint64 { return i.First + uint64(i.Count) - 1 }

// Tag names a recipient in an envelope.
func Tag(key *ecdh.PublicKey) [8]byte {
	h := blake3.Sum256(append([]byte("lamplight seal tag 1\x00"), key.Bytes()...))
	return [8]byte(h[:8])
}

// Seal puts a segment as it is stored, bodies and all, into an envelope for these recipients (1 to MaxRecipients X25519
// keys). Two envelopes of one segment differ. What is no segment is fs.ErrInvalid.
func Seal(raw []byte, to []*ecdh.PublicKey) (envelope []byte, err error) {
	return SealFor("", raw, to)
}

// SealFor is Seal that names the school a segment of scope "ops" or "pub" comes from; other scopes name it themselves.
func SealFor(school string, raw []byte, to []*ecdh.PublicKey) (envelope []byte, err error) {
	s, err := Parse(raw)
	if err != nil {
		return nil, err
	}
	clearPart, err := clearOf(&s.Header, school, len(raw))
	if err != nil {
		return nil, err
	}
	if len(to) == 0 || len(to) > MaxRecipients {
		return nil, fmt.Errorf("segment: an envelope for %d: %w", len(to), fs.ErrInvalid)
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails (crypto/rand)
	head := append([]byte(sealMagic), sealVersion)
	head = append(binary.AppendUvarint(head, uint64(len(clearPart))), clearPart...)
	if head, err = appendRecipients(head, key, to); err != nil {
		return nil, err
	}
	out := make([]byte, len(head), len(head)+len(raw)+gcmTag)
	copy(out, head)
	return gcm(key).Seal(out, make([]byte, 12), raw, head), nil
}

// clearOf is the clear part of an envelope.
func clearOf(h *Header, school string, size int) ([]byte, error) {
	if of := schoolOf(h.Scope); of != "" {
		school = of
	}
	id := make([]byte, 8)
	if raw, err := hex.DecodeString(school); school != "" {
		if err != nil || len(raw) != 8 {
			return nil, fmt.Errorf("segment: an envelope of school %q: %w", school, fs.ErrInvalid)
		}
		id = raw
	}
	b := append(id, h.Stream[:]...)
	b = binary.AppendUvarint(b, uint64(h.Epoch))
	b = appendScope(b, h.Scope)
	b = binary.AppendUvarint(b, h.First)
	b = binary.AppendUvarint(b, uint64(h.Count))
	b = append(append(b, h.Before[:]...), h.After[:]...)
	b = binary.AppendUvarint(b, h.Lamport)
	return binary.AppendUvarint(b, uint64(size)), nil
}

// schoolOf is the school that a scope names, "" for none.
func schoolOf(s Scope) string {
	if b := appendScope(nil, s); b[0] == 3 || b[0] == 4 {
		return hex.EncodeToString(b[1:])
	}
	return ""
}

func appendRecipients(head, key []byte, to []*ecdh.PublicKey) ([]byte, error) {
	ephemeral, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("segment: envelope: %w", err)
	}
	head = append(append(head, ephemeral.PublicKey().Bytes()...), byte(len(to)))
	for _, public := range to {
		wrap, err := wrapKey(ephemeral, public, ephemeral.PublicKey(), public)
		if err != nil {
			return nil, err
		}
		tag := Tag(public)
		head = append(head, tag[:]...)
		head = gcm(wrap).Seal(head, make([]byte, 12), key, nil)
	}
	return head, nil
}

// wrapKey is the key that a content key is wrapped under: the same from either side.
func wrapKey(mine *ecdh.PrivateKey, theirs, ephemeral, recipient *ecdh.PublicKey) ([]byte, error) {
	shared, err := mine.ECDH(theirs)
	if err != nil { // a point of low order, or not X25519
		return nil, fmt.Errorf("segment: envelope: key: %w", errors.Join(fs.ErrInvalid, err))
	}
	out := make([]byte, 32)
	blake3.DeriveKey("lamplight seal 1", append(append(shared, ephemeral.Bytes()...), recipient.Bytes()...), out)
	return out, nil
}

func gcm(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // keys have 32 bytes
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has blocks of 16
	}
	return aead
}

// SealedHeader reads the clear part of an envelope and checks its size, without a key: what it says is proved only by
// OpenSealed. A newer version is errors.ErrUnsupported, damage fs.ErrInvalid.
func SealedHeader(envelope []byte) (SealedInfo, error) {
	e, err := parseEnvelope(envelope)
	return e.info, err
}

// An opened is an envelope taken apart; its slices are the envelope's.
type opened struct {
	info      SealedInfo
	head      []byte // all before sealed
	ephemeral []byte
	wrapped   [][]byte // by recipient
	sealed    []byte
}

func parseEnvelope(b []byte) (e opened, err error) {
	r := reader{b: b}
	if string(r.take(4)) != sealMagic {
		return e, fmt.Errorf("segment: envelope does not begin with %s: %w", sealMagic, fs.ErrInvalid)
	}
	if v := r.byte(); v > sealVersion {
		return e, fmt.Errorf("segment: envelope of version %d is from a newer Lamplight: %w", v, errors.ErrUnsupported)
	} else if v != sealVersion {
		return e, fmt.Errorf("segment: envelope of version %d: %w", v, fs.ErrInvalid)
	}
	good := e.info.parse(r.block(maxClear))
	e.recipients(&r)
	e.head, e.sealed = b[:len(b)-len(r.b)], r.b
	if r.bad || !good || len(e.sealed) != e.info.Size+gcmTag {
		return opened{}, fmt.Errorf("segment: envelope: damaged or cut short: %w", fs.ErrInvalid)
	}
	return e, nil
}

// recipients reads what appendRecipients wrote, 1 to MaxRecipients of them.
func (e *opened) recipients(r *reader) {
	e.ephemeral = r.take(32)
	n := int(r.byte())
	if n == 0 || n > MaxRecipients {
		r.bad = true
	}
	for i := 0; i < n && !r.bad; i++ {
		if tag := r.take(8); tag != nil {
			e.info.To = append(e.info.To, [8]byte(tag))
		}
		e.wrapped = append(e.wrapped, r.take(wrappedKey))
	}
}

func (i *SealedInfo) parse(b []byte) bool {
	r := reader{b: b}
	school := [8]byte{}
	copy(school[:], r.take(8))
	copy(i.Stream[:], r.take(8))
	i.Epoch = uint32(r.number(1<<31 - 1))
	i.Scope = r.scope()
	i.First, i.Count = r.uvarint(), r.number(MaxEvents)
	copy(i.Before[:], r.take(16))
	copy(i.After[:], r.take(16))
	i.Lamport, i.Size = r.uvarint(), r.number(MaxSegment)
	if school != [8]byte{} {
		i.School = hex.EncodeToString(school[:])
	}
	of := schoolOf(i.Scope)
	return !r.bad && len(r.b) == 0 && i.Count > 0 && i.First > 0 && i.First <= 1<<62 && i.Size > 0 && (of == "" || of == i.School)
}

// OpenSealed gives back the segment that was sealed, whoever wrote it: Verify is still the caller's. An envelope for none of
// these keys is fs.ErrPermission; one that was changed, or whose clear part is not its segment's, fs.ErrInvalid.
func OpenSealed(envelope []byte, with ...*ecdh.PrivateKey) (raw []byte, err error) {
	e, err := parseEnvelope(envelope)
	if err != nil {
		return nil, err
	}
	ephemeral, err := ecdh.X25519().NewPublicKey(e.ephemeral)
	if err != nil {
		return nil, fmt.Errorf("segment: envelope: %w", errors.Join(fs.ErrInvalid, err))
	}
	for _, mine := range with {
		tag := Tag(mine.PublicKey())
		for i := range e.info.To {
			if e.info.To[i] == tag {
				return e.open(mine, ephemeral, e.wrapped[i])
			}
		}
	}
	return nil, fmt.Errorf("segment: envelope of stream %s from %d: sealed to others: %w", e.info.Stream, e.info.First, fs.ErrPermission)
}

func (e *opened) open(mine *ecdh.PrivateKey, ephemeral *ecdh.PublicKey, wrapped []byte) ([]byte, error) {
	wrap, err := wrapKey(mine, ephemeral, ephemeral, mine.PublicKey())
	if err != nil {
		return nil, err
	}
	var raw []byte
	key, err := gcm(wrap).Open(nil, make([]byte, 12), wrapped, nil)
	if err == nil {
		raw, err = gcm(key).Open(nil, make([]byte, 12), e.sealed, e.head)
	}
	if err != nil {
		return nil, fmt.Errorf("segment: envelope of stream %s from %d: it was changed: %w", e.info.Stream, e.info.First, fs.ErrInvalid)
	}
	h, err := ParseHeader(raw)
	if err != nil {
		return nil, err
	}
	if !e.info.is(&h) {
		return nil, fmt.Errorf("segment: envelope of stream %s from %d: holds another segment: %w", e.info.Stream, e.info.First, fs.ErrInvalid)
	}
	return raw, nil
}

// OpenSealedLate is OpenSealed with what keys gives. What is sealed under a key that is not known here is tried once more when
// turned (nil: never) says that one has come: it may have been received just before.
func OpenSealedLate(envelope []byte, keys func() []*ecdh.PrivateKey, turned func() bool) ([]byte, error) {
	raw, err := OpenSealed(envelope, keys()...)
	if errors.Is(err, fs.ErrPermission) && turned != nil && turned() {
		raw, err = OpenSealed(envelope, keys()...)
	}
	return raw, err
}

// is says whether the clear part tells of h.
func (i *SealedInfo) is(h *Header) bool {
	return i.Stream == h.Stream && i.Epoch == h.Epoch && i.Scope == h.Scope && i.First == h.First && i.Count == h.Count &&
		i.Before == h.Before && i.After == h.After && i.Lamport == h.Lamport
}
