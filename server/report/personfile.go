package report

import (
	"archive/zip"
	"context"
	"io"

	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// WritePerson writes a zip of what is held of one person: a page to read in f's language, and the same as
// data.
func WritePerson(ctx context.Context, w io.Writer, f view.Frame, x *store.PersonExport, name namer) error {
	z := zip.NewWriter(w)
	page, err := z.Create("person.html")
	if err != nil {
		return err
	}
	title := view.Words{Key: "privacy.of", Args: []string{"name", x.Person.Name}}
	if err := ui.PersonFile(f, title, PersonTables(x, name)).Render(ctx, page); err != nil {
		return err
	}
	data, err := z.Create("person.json")
	if err != nil {
		return err
	}
	if err := WritePersonJSON(data, x, name); err != nil {
		return err
	}
	return z.Close()
}
