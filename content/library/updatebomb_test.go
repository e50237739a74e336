package library_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"runtime"
	"testing"

	"github.com/klauspost/compress/zstd"

	"lamplight/content"
)

// Whatever an update claims, unfolding it takes a bounded amount of memory: all that is allocated in its course is counted.
func TestAHostileUpdateTakesLittleMemory(t *testing.T) {
	a := newAuthor(t)
	v1, _ := a.publish()
	enc := must(zstd.NewWriter(nil))
	steps := bytes.Repeat([]byte{1}, 3<<20-64) // as many steps as fit, of a byte each
	varints := func(numbers ...uint64) (b []byte) {
		for _, n := range numbers {
			b = binary.AppendUvarint(b, n)
		}
		return b
	}
	for name, plan := range map[string][]byte{
		"zeros without end":      make([]byte, 1<<30),
		"steps without end":      append(varints(8<<20, 0, 0, uint64(len(steps))/3), steps...),
		"a manifest of nothing":  varints(16<<20, 0, 0, 0, 16<<20),
		"an index beyond it":     varints(100, 90, 90, 0, 100),
		"a manifest that is old": append(varints(1<<20, 0, 0, 0, 1<<20), make([]byte, 1<<20)...),
	} {
		frame := enc.EncodeAll(plan, nil)
		to := bytes.Repeat([]byte{7}, 32)
		update := append([]byte("LAMPEDIT\x01\x00\x00\x00"), append(must(hex.DecodeString(v1)), to...)...)
		update = append(binary.BigEndian.AppendUint32(update, uint32(len(frame))), frame...)
		plan = nil
		u := content.Update{From: v1, To: hex.EncodeToString(to), Hash: a.put(update), Size: int64(len(update))}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := a.l.Unfold(context.Background(), u)
		runtime.ReadMemStats(&after)
		took := after.TotalAlloc - before.TotalAlloc
		t.Logf("%s: %d bytes of update, %.1f MB allocated: %v", name, len(update), float64(took)/1e6, err)
		if err == nil || took > 64<<20 {
			t.Errorf("%s: %v after %d bytes, want a refusal in at most 64 MB", name, err, took)
		}
	}
}
