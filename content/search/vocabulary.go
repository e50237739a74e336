package search

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"unicode/utf8"
)

// A vocabulary is a segment's words that a mistyped one may have been meant for: those of titles, those that stand in two
// rows or more and, of a segment that is not large, all; at least four letters long. It has a block for each first letter:
// that letter and the block's length as uvarints, then the words in order: bytes shared with the one before, bytes that
// follow, those, and the number of rows.
type vocabulary struct {
	bytes []byte
	block []byte
	first rune
	last  string
	all   bool // also words of one row
}

const leastLetters = 4 // of a word that is looked for mistyped

// add adds a word; words come in order.
func (w *vocabulary) add(term string, rows int, title bool) {
	if rows < 2 && !title && !w.all || len(term) < leastLetters || term[0] < ' ' || !correctable(term) {
		return
	}
	if first, _ := utf8.DecodeRuneInString(term); first != w.first {
		w.end()
		w.first = first
	}
	shared := 0
	for shared < len(term) && shared < len(w.last) && term[shared] == w.last[shared] {
		shared++
	}
	w.block = append(w.block, byte(shared), byte(len(term)-shared))
	w.block = append(w.block, term[shared:]...)
	w.block = binary.AppendUvarint(w.block, uint64(rows))
	w.last = term
}

func (w *vocabulary) end() {
	if len(w.block) > 0 {
		w.bytes = binary.AppendUvarint(w.bytes, uint64(w.first))
		w.bytes = binary.AppendUvarint(w.bytes, uint64(len(w.block)))
		w.bytes = append(w.bytes, w.block...)
	}
	w.block, w.last = w.block[:0], ""
}

// whole is the vocabulary as it is stored; nothing is added afterwards.
func (w *vocabulary) whole() []byte {
	w.end()
	return w.bytes
}

var errVocabulary = fmt.Errorf("vocabulary: cut short: %w", fs.ErrInvalid)

// eachWord calls fn with the words of a stored vocabulary whose first letter wanted takes, and their letterMask; word is
// overwritten by the next.
func eachWord(b []byte, wanted func(first rune) bool, fn func(word []byte, mask uint64, rows int)) error {
	for len(b) > 0 {
		first, n := binary.Uvarint(b)
		if n <= 0 {
			return errVocabulary
		}
		size, k := binary.Uvarint(b[n:])
		if k <= 0 || size > uint64(len(b)-n-k) {
			return errVocabulary
		}
		block := b[n+k : n+k+int(size)]
		b = b[n+k+int(size):]
		if wanted(rune(first)) {
			if err := eachOf(block, fn); err != nil {
				return err
			}
		}
	}
	return nil
}

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
