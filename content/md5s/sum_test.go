package md5s_test

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"lamplight/content/md5s"
)

func data(n int, seed byte) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

func TestOneSumIsThatOfTheStandardLibraryAtEveryLength(t *testing.T) {
	var s md5s.Summer
	all := data(70_000, 1)
	for n := range 300 {
		h := s.New()
		h.Write(all[:n/3])
		h.Write(all[n/3 : n])
		first, want := h.Sum([]byte("x")), md5.Sum(all[:n])
		if !bytes.Equal(first[1:], want[:]) || first[0] != 'x' {
			t.Fatalf("%d bytes: %x, not %x", n, first[1:], want)
		}
		h.Write(all[n:]) // summing does not end it
		if want = md5.Sum(all); !bytes.Equal(h.Sum(nil), want[:]) {
			t.Fatalf("%d bytes and the rest: %x, not %x", n, h.Sum(nil), want)
		}
		h.Reset()
		if want = md5.Sum(nil); !bytes.Equal(h.Sum(nil), want[:]) {
			t.Fatalf("after Reset: %x", h.Sum(nil))
		}
	}
}

func TestManyAtOnceAreEachSummedRight(t *testing.T) {
	for _, writers := range []int{1, 2, 3, 4, 5, 16} {
		var s md5s.Summer
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				chance := rand.New(rand.NewPCG(uint64(writers), uint64(w)))
				for range 60 {
					b := data(chance.IntN(200_000), byte(w))
					h, want := s.New(), md5.Sum(b)
					for rest := b; len(rest) > 0; {
						n := min(len(rest), 1+chance.IntN(100_000))
						h.Write(rest[:n])
						rest = rest[n:]
					}
					if got := h.Sum(nil); !bytes.Equal(got, want[:]) {
						t.Errorf("of %d: %d bytes: %x, not %x", writers, len(b), got, want)
						return
					}
				}
			})
		}
		all.Wait()
	}
}

// BenchmarkSum sums by so many writers at once, beside the standard library by two.
func BenchmarkSum(b *testing.B) {
	for _, writers := range []int{1, 2, 4, 6, 8} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			var s md5s.Summer
			var all sync.WaitGroup
			b.SetBytes(int64(writers) << 19)
			for w := range writers {
				piece := data(1<<19, byte(w))
				all.Go(func() {
					h := s.New()
					for range b.N {
						h.Write(piece)
					}
				})
			}
			all.Wait()
		})
	}
	b.Run("alone", func(b *testing.B) {
		piece, h := data(1<<19, 1), md5.New()
		b.SetBytes(1 << 19)
		for range b.N {
			h.Write(piece)
		}
	})
}
