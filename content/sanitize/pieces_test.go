package sanitize

import (
	"strconv"
	"strings"
	"testing"
)

func TestPiecesTogetherSayWhatTheWholeSays(t *testing.T) {
	var long strings.Builder
	for i := range 400 {
		n := strconv.Itoa(i)
		long.WriteString(`<p id="p` + n + `">Paragraph ` + n + ` with <em>some</em> words &amp; a <a href="#p3">link</a>.</p>`)
	}
	rows := strings.Repeat("<tr><td>one</td><td>two</td></tr>", 400)
	for name, source := range map[string]string{
		"paragraphs": long.String(), "in divisions": `<body class="x"><section id="s" lang="sw"><div>` + long.String() + `</div></section></body>`,
		"one text": "<pre>" + strings.Repeat("a line of a long poem\n", 800) + "</pre>", "rows": "<table>" + rows + "</table>",
		"in emphasis": "<em>" + long.String() + "</em>", "short": "<p>short</p>", "nothing": "",
	} {
		const size = 2 << 10
		var text string
		pieces, end := 0, 0
		Pieces(source, Options{}, size, func(p Piece) bool {
			if !Clean(p.HTML) || len(p.HTML) > 3*size || p.Number != pieces || p.From != end || p.To < p.From {
				t.Errorf("%s: piece %d of %d bytes from %d to %d, clean: %v", name, p.Number, len(p.HTML), p.From, p.To, Clean(p.HTML))
			}
			pieces, end, text = pieces+1, p.To, text+words(p.HTML)
			return true
		})
		if want := words(Fragment(source, Options{})); text != want || end != len(source) {
			t.Errorf("%s: its %d pieces hold %d letters to byte %d, the whole %d to %d", name, pieces, len(text), end, len(want), len(source))
		}
		if len(source) > 4*size && pieces < 3 {
			t.Errorf("%s: %d bytes in %d pieces", name, len(source), pieces)
		}
	}
}

func words(html string) string {
	var b strings.Builder
	for t := range Tokens(html, false) {
		b.WriteString(t.Text)
	}
	return b.String()
}

func TestAPieceOpensAgainWhatWasCut(t *testing.T) {
	var got []string
	Pieces(`<section id="s" lang="sw"><p>`+strings.Repeat("a", 50)+`</p><p id="b">two</p></section>`, Options{}, 40, func(p Piece) bool {
		got = append(got, p.HTML)
		return true
	})
	if len(got) != 2 || !strings.HasSuffix(got[0], "</p></section>") || got[1] != `<section lang="sw"><p id="x-b">two</p></section>` {
		t.Errorf("got %q", got)
	}
	n := 0
	Pieces(strings.Repeat("<p>a</p>", 1000), Options{}, 10, func(Piece) bool { n++; return n < 3 })
	if n != 3 {
		t.Errorf("who has enough is given %d", n)
	}
}
