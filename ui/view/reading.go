package view

// DocumentPage is "/resource/{id}?page=N" of a PDF: the words and pictures of one page, for phones without a viewer and for
// who reads with large letters.
type DocumentPage struct {
	Frame
	Heading       string
	Lang          string
	Crumbs        []Link
	Number, Pages int // Pages 0 unknown
	Text          string
	Pictures      []PagePicture
	Damaged       bool   // nothing of the page can be read here
	Before, After string // "" at an end
	Viewer        string // URL of the file at this page
	Cover         string // URL of the document's own page
	Find          string // where the form posts find=WORDS by GET
	Lesson        string // id of the lesson it is opened from, "" none
	Complete      bool
	Licence       Licence
	Keep          *Keep
}

// A PagePicture is a picture of a document's page, in pixels.
type PagePicture struct {
	URL           string
	Width, Height int
}

// Slides is one picture of a slideshow, "/resource/{id}?slide=N". Of 0: none of its pictures is here.
type Slides struct {
	Frame
	Heading       string
	Lang          string
	About         string
	Crumbs        []Link
	Number, Of    int
	Picture       string
	Alt, Caption  string
	Soon          string // URL of the next picture, fetched while this one is looked at; "" not
	Before, After string // slides, "" at an end
	Complete      bool
	Previous      *Link // resources
	Next          *Link
	Siblings      []Sibling
	Licence       Licence
	Keep          *Keep
}

// Within is "?find=WORDS" of a book or document: where its words stand.
type Within struct {
	Frame
	Heading string
	Lang    string
	Crumbs  []Link
	Query   string
	Find    string // see DocumentPage
	Lesson  string
	Hits    []WithinHit
	More    bool // it was not looked through to its end
}

// A WithinHit leads to a place. Snippet is text with the match between <mark> and </mark>, the rest escaped.
type WithinHit struct {
	URL     string
	Title   string // of the chapter, "" none
	Page    int    // of a document, 0 none
	Snippet HTML
}

// A Film is one size of a film.
type Film struct {
	URL   string // this page with it
	Bytes int64
	Here  bool
}
