package kolibri_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"testing"

	"lamplight/content/importtest"
	"lamplight/content/kolibri"
)

func TestTheCorpus(t *testing.T) {
	dir := importtest.Corpus(t)
	drive := filepath.Join(dir, "kolibri", "lamplight-export", "content", "databases")
	bad := func(name string) string { return filepath.Join(dir, "bad", "kolibri", name) }
	_ = errors.ErrUnsupported
	importtest.Run(t, kolibri.Format{}, []importtest.Sample{
		{Path: filepath.Join(drive, "ecce1c20d0f35cdba4cee40e22b1c531.sqlite3"), Title: "Hadithi – Lamplight Storybooks", Licence: "CC-BY-4.0", Resources: 15},
		{Path: filepath.Join(drive, "6cf8e440ab1556be86f817f0c17a5e78.sqlite3"), Title: "STEM Shelf", Resources: 6, Silent: true},
	}, []importtest.Bad{
		{Path: bad("missing_tables"), Is: fs.ErrInvalid, Says: "content_contentnode"},
		{Path: bad("not_sqlite"), Is: fs.ErrInvalid, Says: "not an SQLite file"},
		{Path: bad("checksum_mismatch"), Survive: true, Faulty: true},
		{Path: bad("hostile_strings"), Survive: true, Faulty: true},
		{Path: bad("parent_loop"), Survive: true},
		{Path: bad("traversal_extension"), Survive: true, Faulty: true},
	})
}
