package search

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"unicode/utf8"
)

// A vocabulary is a segment's words that a mistyped one may have been meant for: those of titles, those that stand in two
// rows or more and, of a segment that is not large, all; at least four letters long. It has a run for each first letter:
// words in order, each as bytes shared with the one before, bytes that follow, those, and the number of rows.
type vocabulary struct {
	put   func(first rune, words []byte) // a run
	run   []byte
	first rune
	last  []byte
	all   bool // also words of one row
}

const leastLetters = 4 // of a word that is looked for mistyped

// add adds a word; words come in order.
func (w *vocabulary) add(term []byte, rows int, title bool) {
	if rows < 2 && !title && !w.all || len(term) < leastLetters || len(term) > maxWord || term[0] < ' ' || !correctable(string(term)) {
		return
	}
	if first, _ := utf8.DecodeRune(term); first != w.first {
		w.end()
		w.first = first
	}
	shared := 0
	for shared < len(term) && shared < len(w.last) && term[shared] == w.last[shared] {
		shared++
	}
	w.run = append(w.run, byte(shared), byte(len(term)-shared))
	w.run = append(w.run, term[shared:]...)
	w.run = binary.AppendUvarint(w.run, uint64(rows))
	w.last = append(w.last[:0], term...)
}

// end ends the last run.
func (w *vocabulary) end() {
	if len(w.run) > 0 {
		w.put(w.first, w.run)
	}
	w.run, w.last = w.run[:0], w.last[:0]
}

// maxWord is how many bytes a word of it has.
const maxWord = 255

var errVocabulary = fmt.Errorf("vocabulary: cut short: %w", fs.ErrInvalid)

// eachOf calls fn with the words of a run and their letterMask; word is overwritten by the next.
func eachOf(b []byte, fn func(word []byte, mask uint64, rows int)) error {
	var word [256]byte
	var masks [257]uint64 // of the letters that end before a byte
	for len(b) > 0 {
		if len(b) < 3 || int(b[0])+int(b[1]) > len(word) || len(b) < 3+int(b[1]) {
			return errVocabulary
		}
		from, to := int(b[0]), int(b[0])+int(b[1])
		copy(word[from:to], b[2:])
		for i := max(from-1, 0); i < to; i++ {
			masks[i+1] = masks[i]
			if i+1 == to || utf8.RuneStart(word[i+1]) {
				masks[i+1] |= 1 << (word[i] & 63)
			}
		}
		b = b[2+int(b[1]):]
		rows, n := uint64(b[0]), 1
		if rows >= 0x80 {
			if rows, n = binary.Uvarint(b); n <= 0 {
				return errVocabulary
			}
		}
		fn(word[:to], masks[to], int(rows))
		b = b[n:]
	}
	return nil
}

// letterWords is where the words of the vocabulary with one first letter are.
type letterWords struct {
	first rune
	where stretch
}

const letterBytes = 20

func (s *segment) letters() ([]letterWords, error) {
	b, err := s.columnOf(letterColumn)
	if err != nil {
		return nil, err
	}
	if len(b)%letterBytes != 0 {
		return nil, errVocabulary
	}
	out := make([]letterWords, 0, len(b)/letterBytes)
	for ; len(b) > 0; b = b[letterBytes:] {
		out = append(out, letterWords{
			rune(binary.LittleEndian.Uint32(b)),
			stretch{binary.LittleEndian.Uint64(b[4:]), binary.LittleEndian.Uint32(b[12:]), binary.LittleEndian.Uint32(b[16:])},
		})
	}
	return out, nil
}

// eachWord calls fn with the words of the vocabulary whose first letter wanted takes, as eachOf does.
func (s *segment) eachWord(wanted func(first rune) bool, buf []byte, fn func(word []byte, mask uint64, rows int)) ([]byte, error) {
	letters, err := s.letters()
	if err != nil {
		return buf, err
	}
	for _, l := range letters {
		if !wanted(l.first) {
			continue
		}
		if buf, err = s.read(l.where, buf, true); err != nil {
			return buf, err
		}
		if err := eachOf(buf, fn); err != nil {
			return buf, err
		}
	}
	return buf, nil
}

// correctable says whether mistypes of a word are looked for: not of numbers, nor of pairs of letters.
func correctable(form string) bool {
	runes := 0
	for _, r := range form {
		if r >= '0' && r <= '9' || r >= 0xe00 && classOf(r) != letter {
			return false
		}
		runes++
	}
	return runes >= leastLetters
}
