package learning

import "github.com/fxamacker/cbor/v2"

// A body is salt (16 random bytes, which the log puts before it and this package takes off) ‖ CBOR (RFC 8949, core
// deterministic): of a register kind a map from field number to text, of answer/1 a text.

const saltLen = 16

var (
	bodyEncoding, _ = cbor.CoreDetEncOptions().EncMode()
	bodyDecoding, _ = cbor.DecOptions{
		MaxMapPairs: 64, MaxArrayElements: 64, MaxNestedLevels: 4, DupMapKey: cbor.DupMapKeyEnforcedAPF,
	}.DecMode()
)

func packBody(v any) []byte {
	b, err := bodyEncoding.Marshal(v)
	if err != nil {
		panic("learning: a body of plain text did not encode: " + err.Error())
	}
	return b
}

// unpackBody is the body's fields; none of an erased or unreadable one.
func unpackBody(b []byte) map[uint64]string {
	var out map[uint64]string
	if len(b) <= saltLen || bodyDecoding.Unmarshal(b[saltLen:], &out) != nil {
		return nil
	}
	return out
}

func unpackText(b []byte) string {
	var out string
	if len(b) <= saltLen || bodyDecoding.Unmarshal(b[saltLen:], &out) != nil {
		return ""
	}
	return out
}
