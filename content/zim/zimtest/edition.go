package zimtest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// Edition is the ZIM of an encyclopaedia of so many pages as it is in a year, packed by its publisher: in another order each
// year, as crawlers go. Three pages in ten change each year after 2025.
func Edition(t testing.TB, year, pages int) []byte {
	t.Helper()
	meta := func(name, text string) Entry {
		return Entry{NS: 'M', Path: name, MIME: "text/plain", Data: text}
	}
	clusters := pages/250 + 1
	r := Recipe{Major: 6, Minor: 1, Packs: []byte{PackNone}, MainPage: "W/mainPage", Entries: []Entry{
		meta("Title", "All of it"), meta("Name", "all_en"), meta("Date", fmt.Sprintf("%d-01-01", year)), meta("Language", "eng"),
		{NS: 'W', Path: "mainPage", Redirect: "C/page-0000"},
	}}
	for range clusters {
		r.Packs = append(r.Packs, PackZstd)
	}
	var fronts []string
	order := rand.New(rand.NewPCG(uint64(year), 1))
	for i := range pages {
		path := fmt.Sprintf("page-%04d", i)
		r.Entries = append(r.Entries, Entry{NS: 'C', Path: path, Title: fmt.Sprintf("Page %04d", i), MIME: "text/html", Data: Page(i, year), Cluster: 1 + order.IntN(clusters)})
		fronts = append(fronts, "C/"+path)
	}
	r.Entries = append(r.Entries, Entry{NS: 'X', Path: "listing/titleOrdered/v1", MIME: "application/octet-stream+zimlisting"})
	r.Entries[len(r.Entries)-1].Data = r.ListOf(fronts...)
	return r.Make(t)
}

// Page is what page-NNNN of an Edition holds: 700 words that do not repeat, of which one in a hundred is another where the
// page changed that year.
func Page(i, year int) string {
	words, changes := rand.New(rand.NewPCG(uint64(i), 7)), rand.New(rand.NewPCG(uint64(i), uint64(year)))
	changed := year > 2025 && changes.IntN(10) < 3
	var b strings.Builder
	fmt.Fprintf(&b, "<h1>Page %d</h1><p>", i)
	for range 700 {
		word := words.Uint32N(1 << 24)
		if changed && changes.IntN(100) == 0 {
			word = changes.Uint32N(1 << 24)
		}
		fmt.Fprintf(&b, "%x ", word)
	}
	return b.String()
}
