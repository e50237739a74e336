package view

var catalogueKnown = []KnownCatalogue{
	{"Kiwix of the district", "http://10.0.0.4/catalog/v2/root.xml", "/admin/content/catalogue?at=http%3A%2F%2F10.0.0.4"},
	{"calibre", "http://10.0.0.7:8080/opds", "/admin/content/catalogue?at=http%3A%2F%2F10.0.0.7"},
}

// catalogueSample is a page of a catalogue: a way further down, a book in two forms, one that says nothing, one that cannot
// be had.
func catalogueSample(f Frame) Catalogue {
	return Catalogue{
		Frame: f, At: "http://10.0.0.7:8080/opds", Opened: true, Title: "calibre", Searches: true, Known: catalogueKnown,
		Upper: "/admin/content/catalogue?at=u", Next: "/admin/content/catalogue?at=n",
		Entries: []CatalogueEntry{
			{Title: "By language", URL: "/admin/content/catalogue?at=l"},
			{
				Title: "Hadithi za Kijiji", Lang: "sw", By: "Wanjiku Kamau", About: "Hadithi kumi na mbili za kijiji kimoja.", Licence: Licence{ID: "CC-BY-4.0", URL: "/licence/CC-BY-4.0"},
				Files: []CatalogueFile{{At: "http://10.0.0.7:8080/get/epub/1", Kind: "epub", Bytes: 2_400_000}, {At: "http://10.0.0.7:8080/get/pdf/1", Kind: "pdf", Bytes: 9_100_000}},
			},
			{Title: "جدول الضرب", Lang: "ar", Files: []CatalogueFile{{At: "http://10.0.0.7:8080/get/pdf/2", Kind: "pdf"}}},
			{Title: "Atlas", Files: []CatalogueFile{{Kind: "zim", Elsewhere: "download.example"}, {At: "http://10.0.0.7:8080/get/mobi/3"}}},
			{Title: "Nothing to fetch"},
		},
	}
}
