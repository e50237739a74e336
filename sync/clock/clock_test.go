package clock

import (
	"bytes"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"pgregory.net/rapid"
)

func vectors(t *rapid.T) Vector {
	v := Vector{}
	for range rapid.IntRange(0, 30).Draw(t, "streams") {
		v[Stream{rapid.Byte().Draw(t, "stream")}] = rapid.Uint64().Draw(t, "seq")
	}
	return v
}

func TestEqualVectorsAreEqualBytesAndReadBack(t *testing.T) {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		v := vectors(t)
		b, _ := v.MarshalCBOR()
		var again Vector
		if err := again.UnmarshalCBOR(b); err != nil || !again.Equal(v) {
			t.Fatalf("%v came back as %v: %v", v, again, err)
		}
		plain := map[[8]byte]uint64{}
		for s, n := range v {
			if n > 0 {
				plain[s] = n
			}
		}
		want, err := mode.Marshal(plain)
		if err != nil || !bytes.Equal(b, want) {
			t.Fatalf("%x is not what the CBOR library writes: %x (%v)", b, want, err)
		}
		if len(b) > 1 {
			if err := again.UnmarshalCBOR(b[:len(b)-1]); err == nil {
				t.Fatal("cut short, yet read")
			}
		}
	})
}

func TestMergeCoversBothAndNothingMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := vectors(t), vectors(t)
		m := a.Clone()
		m.Merge(b)
		if !m.Covers(a) || !m.Covers(b) {
			t.Fatalf("%v and %v merge to %v", a, b, m)
		}
		for s, n := range m {
			if n != a[s] && n != b[s] {
				t.Fatalf("%v and %v merge to %v: neither holds %s to %d", a, b, m, s, n)
			}
		}
	})
}

func FuzzVector(f *testing.F) {
	b, _ := Vector{{1}: 5, {2}: 1 << 40}.MarshalCBOR()
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		var v Vector
		if v.UnmarshalCBOR(b) != nil {
			return
		}
		if again, _ := v.MarshalCBOR(); !bytes.Equal(again, b) {
			t.Fatalf("%x is another form of %x", b, again)
		}
	})
}

func TestALamportNumberFarAboveAllIsWild(t *testing.T) {
	l := Lamport(100)
	if l.Wild(100+MaxJump) || !l.Wild(101+MaxJump) || !l.Wild(1<<63) {
		t.Fatal("bounds")
	}
	l.See(500)
	l.See(2)
	if l.Tick() != 501 {
		t.Fatalf("counter %d", l)
	}
}
