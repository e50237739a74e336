// Package deltatest makes two editions of a folder of texts and films that differ by one part in a hundred, to measure what
// an update costs.
package deltatest

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// What a tree is made of, in bytes where no unit is named.
const (
	Texts     = 2_748 // files
	textBytes = 23_500_000
	Clips     = 24 // files of random bytes, as films are to a compressor
	clipBytes = 24_700_000
	newText   = 250_000 // in files that the second edition adds
	inserted  = 50_000  // put into one text in a hundred
	written   = 150_000 // random bytes over others in three clips
	shift     = 1_000   // before everything else in one clip
)

// Tree writes both editions of a web course to the folders v1 and v2 below dir: index.html, 2,748 texts and 24 clips, 48 MB.
// The texts are Go's own sources, as "go env GOROOT" finds them, from which the second edition takes its new ones too. The
// same seed and sources give the same files.
func Tree(dir string, seed uint64) error {
	r := rand.New(rand.NewPCG(seed, 11))
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("deltatest: go env GOROOT: %w", err)
	}
	sources, err := texts(filepath.Join(strings.TrimSpace(string(root)), "src"), r)
	if err != nil {
		return err
	}
	t := tree{dir: dir, r: r, fresh: sources[Texts:]}
	index := []byte("<!doctype html><html lang=en><title>Mixed tree</title><h1>Mixed tree</h1>\n")
	err = t.put("index.html", index, append(index, "<p>Second edition.</p>\n"...))
	for i := 0; i < Texts && err == nil; i++ {
		b := sources[i]
		next := b
		if i%100 == 50 {
			next = t.insert(b)
		}
		err = t.put(fmt.Sprintf("text/%02d/%04d.txt", i%40, i), b, next)
	}
	for i := 0; i < Clips && err == nil; i++ {
		err = t.clip(i)
	}
	for n, i := 0, 0; n < newText && err == nil; i++ {
		b := t.text(min(12_000, newText-n))
		n += len(b)
		err = t.put(fmt.Sprintf("text/new/%04d.txt", i), nil, b)
	}
	return err
}

type tree struct {
	dir   string
	r     *rand.Rand
	fresh [][]byte // texts of which nothing is in the first edition
}

// put writes a file of both editions; nil bytes are none.
func (t *tree) put(name string, v1, v2 []byte) error {
	for edition, b := range map[string][]byte{"v1": v1, "v2": v2} {
		path := filepath.Join(t.dir, edition, filepath.FromSlash(name))
		if b == nil {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// text takes n bytes of a text that was not taken yet.
func (t *tree) text(n int) []byte {
	for len(t.fresh[0]) < n {
		t.fresh = t.fresh[1:]
	}
	b := t.fresh[0][:n]
	t.fresh = t.fresh[1:]
	return b
}

func (t *tree) insert(b []byte) []byte {
	at := t.r.IntN(len(b))
	return append(append(append([]byte(nil), b[:at]...), t.text(inserted/(Texts/100))...), b[at:]...)
}

func (t *tree) clip(i int) error {
	b := make([]byte, clipBytes/Clips*(i%3+1)/2)
	t.random(b)
	next := append([]byte(nil), b...)
	switch {
	case i < 3:
		at := t.r.IntN(len(b) - written/3)
		t.random(next[at : at+written/3])
	case i == 3:
		head := make([]byte, shift)
		t.random(head)
		next = append(head, next...)
	}
	return t.put(fmt.Sprintf("clips/%02d.mp4", i), b, next)
}

func (t *tree) random(b []byte) {
	for i := range b {
		b[i] = byte(t.r.Uint32())
	}
}

// texts reads sources in an order of its own until there are enough: those of the first edition, then spare ones.
func texts(source string, r *rand.Rand) (out [][]byte, err error) {
	var names []string
	err = filepath.WalkDir(source, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() && strings.HasSuffix(path, ".go") && !strings.Contains(path, "testdata") {
			names = append(names, path)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("deltatest: %w", err)
	}
	r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	left := textBytes
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if len(out) < Texts {
			b = b[:min(len(b), 2*left/(Texts-len(out)))]
			left -= len(b)
		}
		if len(b) > 500 {
			out = append(out, b)
		}
		if len(out) == Texts+200 {
			return out, nil
		}
	}
	return nil, fmt.Errorf("deltatest: %s holds %d Go sources, too few: %w", source, len(names), fs.ErrNotExist)
}
