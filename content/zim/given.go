package zim

import (
	"strings"

	"lamplight/content"
)

// pageNamespaces hold what articles are and load (openzim.org/wiki/ZIM_file_format: C in new files; in old ones A articles,
// I and J pictures, - layout, H headers). M, metadata, is shown as far as it is pictures. X holds the lists and databases of
// searching, which nothing loads.
const pageNamespaces = "CAIJH-W"

// Given implements content.Giver.
func (r *Reader) Given(path string) ([]content.Grant, error) {
	leave, err := r.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	_, d, err := r.archive.lookup(path)
	if err != nil || !d.item() {
		return nil, nil
	}
	var out []content.Grant
	if strings.IndexByte(pageNamespaces, d.ns) >= 0 {
		out = append(out, content.Grant{Use: content.Packaged})
	}
	if (len(out) > 0 || d.ns == 'M') && int(d.mime) < len(r.archive.mimes) && content.ShownType(r.archive.mimes[d.mime]) {
		out = append(out, content.Grant{Use: content.Shown})
	}
	return out, nil
}

// GivesWhole implements content.WholeGiver.
func (Format) GivesWhole(content.Course) bool { return true }
