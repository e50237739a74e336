package view

// Catalogue is "/admin/content/catalogue": asks for the address of a catalogue of books (?at=), and shows a page of it. Posts
// do=fetch (at, file), do=forget (at).
type Catalogue struct {
	Frame
	At       string
	Opened   bool // what follows is of a page; else the address is asked for
	Title    string
	Question string // what was searched for
	Searches bool
	Entries  []CatalogueEntry
	Upper    string // addresses of our own pages, "" none
	Next     string
	Previous string
	Known    []KnownCatalogue
	Problem  string // "", "address", "away", "not", "gone": messages "catalogue.problem.KEY"
}

// A KnownCatalogue was opened before.
type KnownCatalogue struct{ Title, At, URL string }

// A CatalogueEntry is a book, or with URL a further page.
type CatalogueEntry struct {
	Title   string
	Lang    string
	About   string
	By      string
	URL     string
	Licence Licence
	Files   []CatalogueFile
}

// A CatalogueFile is one form of a book.
type CatalogueFile struct {
	At        string
	Kind      string // "epub"; "" one that cannot be read here
	Bytes     int64  // 0 not said
	Elsewhere string // the other host that it lies on
}
