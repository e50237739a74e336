package segment

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"errors"
	"io/fs"
	"testing"

	"lamplight/sync/clock"
)

const sealedSchool = "0123456789abcdef"

func sealKey(t testing.TB) *ecdh.PrivateKey {
	t.Helper()
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// aSegment is a whole segment of three events from the fourth on, with a body.
func aSegment(t testing.TB, scope Scope) []byte {
	t.Helper()
	var events []*Event
	for i := range 3 {
		events = append(events, &Event{
			Lamport: uint64(40 + i), Kind: "person/1", Stamp: clock.Stamp{MS: int64(i)}, BodyHash: HashBody([]byte("Amara")),
			Fields: []Field{{Col: 1, Type: Text, Data: []byte("Amara Okafor, class 4")}},
		})
	}
	at := Place{Stream: clock.Stream{9}, Epoch: 3, Scope: scope, First: 4, Before: Chain{7}}
	signed, _, err := Encode(at, events, &Past{begin: 4, next: 4}, sign)
	if err != nil {
		t.Fatal(err)
	}
	return WithBodies(signed, map[int][]byte{1: []byte("Amara")})
}

func TestAnEnvelopeOpensForItsRecipientsAlone(t *testing.T) {
	school, district, carrier := sealKey(t), sealKey(t), sealKey(t)
	raw := aSegment(t, "school/"+sealedSchool+"/learn")
	envelope, err := Seal(raw, []*ecdh.PublicKey{school.PublicKey(), district.PublicKey()})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("a segment of %d bytes is an envelope of %d for two", len(raw), len(envelope))
	for _, key := range []*ecdh.PrivateKey{school, district} {
		if got, err := OpenSealed(envelope, carrier, key); err != nil || !bytes.Equal(got, raw) {
			t.Fatalf("opened %d bytes, %v; want the %d sealed", len(got), err, len(raw))
		}
	}
	if _, err := OpenSealed(envelope, carrier); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a carrier's key: %v, want ErrPermission", err)
	}
	if _, err := OpenSealed(envelope); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("no key: %v, want ErrPermission", err)
	}
	if bytes.Contains(envelope, []byte("Amara")) {
		t.Error("the envelope shows what it seals")
	}
}

func TestAnEnvelopeTellsItsPlaceWithoutAKey(t *testing.T) {
	key := sealKey(t)
	raw := aSegment(t, "school/"+sealedSchool+"/roster")
	envelope, err := Seal(raw, []*ecdh.PublicKey{key.PublicKey()})
	if err != nil {
		t.Fatal(err)
	}
	h, err := ParseHeader(raw)
	if err != nil {
		t.Fatal(err)
	}
	got, err := SealedHeader(envelope)
	if err != nil {
		t.Fatal(err)
	}
	if !got.is(&h) || got.School != sealedSchool || got.Size != len(raw) || got.Last() != 6 ||
		len(got.To) != 1 || got.To[0] != Tag(key.PublicKey()) {
		t.Errorf("clear part %+v of %+v", got, h)
	}
}

func TestAnEnvelopeNamesTheSchoolItsScopeDoesNot(t *testing.T) {
	key := sealKey(t).PublicKey()
	for _, c := range []struct {
		scope      Scope
		said, want string
	}{
		{"ops", sealedSchool, sealedSchool},
		{"ops", "", ""},
		{"school/" + sealedSchool + "/learn", "fedcba9876543210", sealedSchool},
	} {
		envelope, err := SealFor(c.said, aSegment(t, c.scope), []*ecdh.PublicKey{key})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := SealedHeader(envelope); err != nil || got.School != c.want {
			t.Errorf("scope %s, said %q: school %q, %v; want %q", c.scope, c.said, got.School, err, c.want)
		}
	}
	if _, err := SealFor("no id", aSegment(t, "ops"), []*ecdh.PublicKey{key}); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("school \"no id\": %v, want ErrInvalid", err)
	}
}

func TestNoChangedEnvelopeOpens(t *testing.T) {
	key, other := sealKey(t), sealKey(t)
	envelope, err := Seal(aSegment(t, "ops"), []*ecdh.PublicKey{key.PublicKey(), other.PublicKey()})
	if err != nil {
		t.Fatal(err)
	}
	for i := range envelope {
		changed := bytes.Clone(envelope)
		changed[i] ^= 0x10
		if _, err := OpenSealed(changed, key); err == nil {
			t.Fatalf("byte %d of %d changed, and it opened", i, len(envelope))
		}
		if _, err := OpenSealed(envelope[:i], key); err == nil {
			t.Fatalf("cut to %d bytes, and it opened", i)
		}
	}
}

func TestNothingButASegmentForSomebodyIsSealed(t *testing.T) {
	key := sealKey(t).PublicKey()
	if _, err := Seal([]byte("no segment"), []*ecdh.PublicKey{key}); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("no segment: %v, want ErrInvalid", err)
	}
	if _, err := Seal(aSegment(t, "ops"), nil); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("for nobody: %v, want ErrInvalid", err)
	}
	weak, err := ecdh.X25519().NewPublicKey(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Seal(aSegment(t, "ops"), []*ecdh.PublicKey{weak}); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("for a point of low order: %v, want ErrInvalid", err)
	}
}

// FuzzSealedHeader: whatever is read says no more than it holds, and opens for nobody by chance.
func FuzzSealedHeader(f *testing.F) {
	key := sealKey(f)
	for _, scope := range []Scope{"pub", "ops", "school/" + sealedSchool + "/roster", "x"} {
		envelope, err := Seal(aSegment(f, scope), []*ecdh.PublicKey{key.PublicKey()})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(envelope)
		f.Add(envelope[:60])
	}
	stranger := sealKey(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		i, err := SealedHeader(b)
		if err != nil {
			return
		}
		if i.Size > len(b) || i.Count < 1 || i.First < 1 || len(i.To) < 1 || len(i.To) > MaxRecipients {
			t.Errorf("took %+v from %d bytes", i, len(b))
		}
		if _, err := OpenSealed(b, stranger); err == nil {
			t.Error("opened for a stranger")
		}
	})
}
