package content

import (
	"bytes"
	"compress/flate"
	"io"

	"github.com/fxamacker/cbor/v2"
)

// MaxIndex is how many bytes a Plan.Index may have.
const MaxIndex = 1 << 20

// maxUnpacked is how large an index may be that another box made.
const maxUnpacked = 16 << 20

// PackIndex makes a Plan.Index of what Plan found out: deterministic CBOR, deflated, always the same for the same v. The
// caller compares its length with MaxIndex.
func PackIndex(v any) ([]byte, error) {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return nil, err
	}
	raw, err := mode.Marshal(v)
	if err != nil {
		return nil, err
	}
	return FoldIndex(raw)
}

// FoldIndex deflates an index as PackIndex does.
func FoldIndex(raw []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// UnfoldIndex gives what FoldIndex makes index of; ok is false when it does not make the very same.
func UnfoldIndex(index []byte) (raw []byte, ok bool) {
	raw, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(index)), maxUnpacked))
	if err != nil || len(raw) == 0 {
		return nil, false
	}
	again, err := FoldIndex(raw)
	return raw, err == nil && bytes.Equal(again, index)
}

// UnpackIndex reads an index that PackIndex made into v.
func UnpackIndex(index []byte, v any) error {
	raw, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(index)), maxUnpacked))
	if err != nil {
		return err
	}
	return cbor.Unmarshal(raw, v)
}
