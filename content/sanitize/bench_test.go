package sanitize

import (
	"strings"
	"testing"
)

func BenchmarkFragment(b *testing.B) {
	page := strings.Repeat(`<p class="x" id="p1">A paragraph with <em>some</em> words &amp; <a href="b.xhtml#c">a link</a>, as books have them, one after another.</p>`+"\n", 400)
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		Fragment(page, Options{XML: true})
	}
}
