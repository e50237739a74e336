package qti

import (
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"strings"

	"lamplight/content/imscp"
	"lamplight/content/xmltree"
	"lamplight/content/zips"
)

// A source is a package, or a lone file, from which questions are read.
type source struct {
	zip   *zips.Zip // nil for a lone file
	base  string    // folder of the manifest in the zip, "" or "a/"
	file  func(inner string) string
	used  map[string]bool // pictures and sounds that questions show, by their path in the zip
	left  int64           // bytes of XML that may still be read
	spent int             // steps of marking taken, over all questions
}

// Limits of a package.
const (
	maxXML   = 4 << 20   // of one file
	maxTotal = 128 << 20 // of all files read together
	maxItems = 10_000
)

// inZip finds a file by its path in the package, "" when it is not there.
func (s *source) inZip(p string) string {
	if s.zip == nil || p == "" {
		return ""
	}
	if e, err := s.zip.Stat(s.base + p); err == nil {
		return e.Name
	}
	return ""
}

// document reads and parses a file of the package.
func (s *source) document(p string) (*xmltree.Document, error) {
	if s.zip == nil {
		return nil, fmt.Errorf("%s: %w", p, fs.ErrNotExist)
	}
	b, err := s.zip.ReadFile(s.base+p, min(maxXML, max(s.left, 0)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	s.left -= int64(len(b))
	doc, err := xmltree.Parse(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	canonical(doc.Node)
	return doc, nil
}

// resolve gives the path of another file that a file refers to.
func (s *source) resolve(file, href string) (string, error) {
	p, _, err := imscp.Path(file, href)
	if err == nil && s.inZip(p) == "" {
		if root, _, e := imscp.Path("", href); e == nil && s.inZip(root) != "" {
			return root, nil
		}
	}
	return p, err
}

// fileBases are what systems write where the package's own folder is meant.
var fileBases = []string{"$IMS-CC-FILEBASE$/", "$IMS_CC_FILEBASE$/", "$IMS-CC-FILEBASE$", "$IMS_CC_FILE_BASE$", "$IMS_CC_FILEBASE$"}

// picture finds what a file's src means, and gives its path for Reader.File; "" when the package does not have it.
func (s *source) picture(file, src string) string {
	ref := strings.TrimSpace(src)
	if plain, err := url.PathUnescape(ref); err == nil {
		ref = plain
	}
	for _, b := range fileBases {
		if rest, ok := strings.CutPrefix(ref, b); ok {
			return s.take(s.anywhere("", rest))
		}
	}
	if strings.Contains(ref, "://") || strings.HasPrefix(ref, "data:") || strings.HasPrefix(ref, "//") {
		return ""
	}
	return s.take(s.anywhere(file, src))
}

// anywhere looks beside the file, at the root, in the folder cartridges keep files in, and last for the one file whose
// path ends so.
func (s *source) anywhere(file, ref string) string {
	p, _, err := imscp.Path(file, ref)
	if err != nil || p == "" {
		return ""
	}
	root, _, err := imscp.Path("", ref)
	if err != nil {
		root = p
	}
	for _, candidate := range []string{p, root, "web_resources/" + root} {
		if name := s.inZip(candidate); name != "" {
			return name
		}
	}
	if s.zip == nil {
		return ""
	}
	found := ""
	for name := range s.zip.Names() {
		if strings.HasSuffix(name, "/"+root) {
			if found != "" {
				return ""
			}
			found = name
		}
	}
	return found
}

// take gives a file of the zip its path for Reader.File and notes that it is used.
func (s *source) take(name string) string {
	if name == "" || path.Ext(name) == "" {
		return ""
	}
	s.used[name] = true
	if s.file == nil {
		return name
	}
	return s.file(name)
}
