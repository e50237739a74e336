package media

import (
	"io"

	"lamplight/content"
)

// PDFText yields a document's words page by page, at "?page=N".
func PDFText(r io.ReaderAt, size int64, yield func(content.Passage) bool) error { return nil }
