//go:build !amd64 && !arm64

package md5s

import (
	"crypto/md5"
	"hash"
)

// A Summer sums files one by one here: the core has too few registers for four. The zero value is ready.
type Summer struct{}

// New begins a sum.
func (s *Summer) New() hash.Hash { return md5.New() }
