package epub

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"lamplight/content"
)

func TestALongChapterIsReadInPieces(t *testing.T) {
	var long strings.Builder
	for i := range 12_000 {
		fmt.Fprintf(&long, `<p id="p%d">Paragraph %d of a chapter that is the whole book, see <a href="#p3">the third</a>.</p>`, i, i)
	}
	_, r := opened(t, makeBook(t, opfOf(2, "", "", ""), part{"OPS/c0.xhtml", page(`<a href="c1.xhtml#p9000">far</a>`)}, part{"OPS/c1.xhtml", page(long.String())}))
	id := r.node().ID
	short, err := r.Piece(id, 0, content.PiecePlace{}, nil)
	if err != nil || short.To != 10000 || !strings.Contains(short.HTML, `<a href="?chapter=1&amp;near=x-p9000#x-p9000">far</a>`) {
		t.Errorf("a short chapter is one piece: %+v, %v", short, err)
	}
	if _, err := r.Piece(id, 0, content.PiecePlace{Number: 1}, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a second piece of a short chapter: %v", err)
	}
	end, pieces := 0, 0
	for end < 10000 {
		p, err := r.Piece(id, 1, content.PiecePlace{Number: pieces}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if p.From != end || p.To <= p.From || p.Bytes > content.PieceBytes+64<<10 || p.Piece != pieces {
			t.Fatalf("piece %d goes from %d to %d in %d bytes", p.Piece, p.From, p.To, p.Bytes)
		}
		end, pieces = p.To, pieces+1
	}
	if pieces < 4 {
		t.Errorf("%d bytes in %d pieces", long.Len(), pieces)
	}
	if _, err := r.Piece(id, 1, content.PiecePlace{Number: pieces}, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a piece behind the last: %v", err)
	}
	near, err := r.Piece(id, 1, content.PiecePlace{Near: "x-p9000"}, nil)
	if err != nil || !strings.Contains(near.HTML, `id="x-p9000"`) || near.Piece == 0 || !strings.Contains(near.HTML, `href="?chapter=1&amp;near=x-p3#x-p3"`) {
		t.Errorf("near a paragraph: piece %d, %v", near.Piece, err)
	}
	if lost, err := r.Piece(id, 1, content.PiecePlace{Near: "x-lost"}, nil); err != nil || lost.Piece != 0 {
		t.Errorf("near what is not there: piece %d, %v", lost.Piece, err)
	}
	if at, err := r.Piece(id, 1, content.PiecePlace{Share: 6000}, nil); err != nil || at.From > 6000 || at.To <= 6000 {
		t.Errorf("at six tenths: from %d to %d, %v", at.From, at.To, err)
	}
	places := 0
	if err := r.Text(id, func(p content.Passage) bool { places++; return strings.HasPrefix(p.Place, "?chapter=") }); err != nil || places < 2 {
		t.Errorf("%d passages, %v", places, err)
	}
}
