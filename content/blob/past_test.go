package blob_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"testing"
	"testing/iotest"

	"lamplight/content/blob"
)

// add stages what r gives and makes it a blob.
func add(s *blob.Store, r io.Reader) (hash string, size int64, err error) {
	b := s.Batch()
	defer b.Discard()
	if hash, size, err = b.Add(context.Background(), "x", r); err == nil {
		err = b.Settle(func([]blob.Staged) error { return nil })
	}
	return hash, size, err
}

func TestABatchKeepsEveryByteAtEveryLength(t *testing.T) {
	s, _ := open(t, blob.Options{})
	const piece, block = 512 << 10, 4096
	for _, n := range []int{
		0, 1, block, 64<<10 - 1, 64 << 10, 64<<10 + 1, 100_000, piece - block, piece - 1, piece, piece + 1, piece + 64<<10, 2 * piece, 3*piece + block + 1,
	} {
		want := data(n)
		for _, r := range []io.Reader{bytes.NewReader(want), iotest.HalfReader(bytes.NewReader(want)), iotest.DataErrReader(bytes.NewReader(want))} {
			hash, size, err := add(s, r)
			if err != nil || hash != sum(want) || size != int64(n) {
				t.Fatalf("%d bytes: %s, %d, %v", n, hash, size, err)
			}
		}
		got, err := os.ReadFile(s.Path(sum(want)))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes are read back otherwise: %d, %v", n, len(got), err)
		}
		if err := s.Delete(sum(want)); err != nil {
			t.Fatal(err)
		}
		if _, _, err = add(s, iotest.HalfReader(bytes.NewReader(want))); err != nil || s.Verify(context.Background(), sum(want)) != nil {
			t.Errorf("%d bytes that come bit by bit are not whole: %v", n, err)
		}
	}
}

func TestASourceThatEndsTooEarlyIsNoWholeFile(t *testing.T) {
	s, dir := open(t, blob.Options{})
	for _, n := range []int{1000, 100_000, 1 << 20} {
		cut := io.MultiReader(bytes.NewReader(data(n)), iotest.ErrReader(io.ErrUnexpectedEOF)) // as a zip says it
		if _, _, err := add(s, cut); err == nil {
			t.Errorf("%d bytes of a longer file were taken for it", n)
		}
	}
	if left := leftovers(t, dir); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}
