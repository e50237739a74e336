package library_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"lamplight/content/blob"
	"lamplight/content/library"
)

func TestAChangedPageOfOneOfOurCoursesTravelsAlone(t *testing.T) {
	b, to := newPackBox(t, blob.Options{Floor: -1}), newPackBox(t, blob.Options{Floor: -1})
	page := func(day int) string { // text that does not repeat
		var s strings.Builder
		for i := range 900 {
			fmt.Fprintf(&s, "%x ", uint32((day*1000+i)*2654435761))
		}
		return s.String()
	}
	for day := range 40 {
		b.write(fmt.Sprintf("seeds/%02d-leaf-%d.md", day, day), "# Day\n\n"+page(day)+"\n")
	}
	publish := func() string {
		if r := b.imports(library.ImportOptions{}, b.seeds()); len(r.Courses) != 1 {
			t.Fatalf("%+v", r)
		}
		manifest, _, err := b.l.Manifest(b.l.Courses()[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		return manifest
	}
	v1 := publish()
	carry(t, b.blobs, to.blobs, v1)
	for _, ref := range must(b.l.ManifestBlobs(v1)) {
		carry(t, b.blobs, to.blobs, ref.Hash)
	}
	must(to.l.Install(context.Background(), v1))
	b.write("seeds/20-leaf-20.md", "# Day\n\n"+strings.Replace(page(20), " ", " three new words ", 1)+"\n")
	v2 := publish()
	updates := b.l.Updates(b.l.Courses()[0].ID)
	if len(updates) != 1 || updates[0].Size > 3000 {
		t.Fatalf("%+v, want an update of less than 3,000 bytes: a page's are 3,500 compressed", updates)
	}
	t.Logf("%d bytes for three words in a course of %d", updates[0].Size, b.l.Courses()[0].Bytes)
	carry(t, b.blobs, to.blobs, updates[0].Hash)
	if err := to.l.Unfold(context.Background(), updates[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := to.l.Install(context.Background(), v2, updates...); err != nil {
		t.Fatal(err)
	}
	if bad, err := to.l.Verify(context.Background(), "", nil); err != nil || len(bad) != 0 {
		t.Errorf("verify: %v, %v", bad, err)
	}
}
