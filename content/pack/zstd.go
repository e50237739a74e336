package pack

import (
	"fmt"
	"io/fs"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// An encoder takes some milliseconds and megabytes to make, and is let go when nothing is being built.
var encoders = sync.Pool{New: func() any {
	return must(zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20)))
}}

func zstdFrame(b []byte) []byte {
	w := encoders.Get().(*zstd.Encoder)
	defer encoders.Put(w)
	return w.EncodeAll(b, nil)
}

// maxFrame is the most that any frame of a pack may hold.
const maxFrame = max(maxIndex, maxExercise)

var unpacker = sync.OnceValue(func() *zstd.Decoder {
	return must(zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(maxFrame), zstd.WithDecoderLowmem(true)))
})

// unzstd decodes a frame that must say and give exactly want bytes.
func unzstd(b []byte, want int64) ([]byte, error) {
	var h zstd.Header
	if err := h.Decode(b); err != nil || h.HasFCS && h.FrameContentSize != uint64(want) {
		return nil, fmt.Errorf("a zstd frame of another size than the %d bytes announced: %w", want, fs.ErrInvalid)
	}
	out, err := unpacker().DecodeAll(b, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", err, fs.ErrInvalid)
	}
	if int64(len(out)) != want {
		return nil, fmt.Errorf("%d bytes came out where %d were announced: %w", len(out), want, fs.ErrInvalid)
	}
	return out, nil
}
