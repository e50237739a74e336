package search

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"
	"github.com/klauspost/compress/zstd"

	"lamplight/content"
)

// maxText is how much text of one resource is taken in.
const maxText = 64 << 20

func (x *Index) addText(r Ref, text func(yield func(content.Passage) bool) error) error {
	var parts []part
	var langs []string
	var failed error
	held, all, language := 0, 0, ""
	end := func() bool {
		if len(parts) == 0 {
			return true
		}
		failed = x.addRow(r.n, parts, langs)
		parts, held = parts[:0], 0
		return failed == nil
	}
	err := text(func(p content.Passage) bool {
		lang := p.Language
		if lang == "" {
			lang = r.Language
		}
		if all == 0 || lang != language {
			if !end() {
				return false
			}
			language, langs = lang, stemLanguages(lang, cut(p.Text, 2<<10))
		}
		title := cut(p.Title, 300)
		for rest := p.Text; rest != ""; title = "" {
			piece := rest[:breakAt(rest, rowBytes)]
			rest = rest[len(piece):]
			if held > 0 && held+len(piece) > rowBytes && !end() {
				return false
			}
			parts = append(parts, part{Place: cut(p.Place, 1<<10), Title: title, Text: piece})
			held += len(piece) + 16
		}
		all += len(p.Text)
		return all < maxText
	})
	if failed == nil {
		end()
	}
	if failed != nil {
		return failed
	}
	return err
}

// breakAt is where to part a text so that the first part has at most n bytes: after a line, else a sentence, else a word.
func breakAt(s string, n int) int {
	if len(s) <= n {
		return len(s)
	}
	head := cut(s, n)
	for _, mark := range []string{"\n", ". ", "। ", "。", "።", "؟ ", "? ", " "} {
		if i := lastIndexAfter(head, mark, n/2); i > 0 {
			return i + len(mark)
		}
	}
	return max(len(head), 1)
}

func lastIndexAfter(s, mark string, from int) int {
	for i := len(s) - len(mark); i >= from; i-- {
		if s[i:i+len(mark)] == mark {
			return i
		}
	}
	return -1
}

func (x *Index) addRow(resource uint32, parts []part, langs []string) error {
	v, err := x.begun()
	if err != nil {
		return err
	}
	if v.rows+len(x.batch.rows) >= maxRows-segmentRows {
		return nil
	}
	b, err := cbor.Marshal(parts)
	if err == nil && x.pack == nil {
		x.pack, err = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(16<<10), zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderCRC(false))
	}
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	x.batch.addBody(resource, parts, langs, x.pack.EncodeAll(b, nil))
	return x.flushFull()
}
