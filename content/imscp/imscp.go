// Package imscp reads the manifest of an IMS content package: imsmanifest.xml of QTI, SCORM 1.2 and 2004, Common Cartridge
// and plain packages.
//
// It reads what they share: organizations and their items, resources with their files and dependencies, metadata. What
// one of them adds (sequencing, mastery scores, authorization) stays reachable as the element it stands in: Item.Node,
// Resource.Node. Paths come out clean, relative to the root of the package; one that leads out of it is refused.
//
// Sources: IMS Content Packaging 1.1.4 and 1.2, QTI 2.1, 2.2 and 3.0 packaging, SCORM 1.2 CAM, SCORM 2004 4th ed. CAM,
// Common Cartridge 1.0 to 1.4.
package imscp

import (
	"fmt"
	"io/fs"
	"iter"
	"path"
	"strings"

	"lamplight/content/xmltree"
)

// A Profile is what kind of package a manifest says it is.
type Profile string

const (
	Content   Profile = "content"   // a plain IMS content package
	QTI       Profile = "qti"       // questions, of any version
	SCORM12   Profile = "scorm12"   // SCORM 1.2
	SCORM2004 Profile = "scorm2004" // SCORM 2004, any edition
	Cartridge Profile = "cartridge" // Common Cartridge, thin ones too
)

// Limits of a manifest. Real courses of thousands of pages stay far below.
const (
	maxItems     = 20_000
	maxResources = 20_000
	maxFiles     = 100_000
	maxDepth     = 40
)

// A Manifest is what imsmanifest.xml says.
type Manifest struct {
	Identifier    string
	Version       string
	Schema        string // metadata/schema: "ADL SCORM", "QTI Package", "IMS Common Cartridge" …
	SchemaVersion string
	Profile       Profile
	Metadata      Metadata
	Organizations []Organization // the default one first
	Resources     []Resource     // in order
	Warnings      []string       // what was passed over, each naming its place
	Root          *xmltree.Document

	byID map[string]int
}

// An Organization is one way through the package.
type Organization struct {
	Identifier string
	Title      string
	Items      []Item
	Metadata   Metadata
	Node       *xmltree.Node
}

// An Item is a line of an organization: a heading, or what opens a resource.
type Item struct {
	Identifier string
	Ref        string // Resource.Identifier, "" for a heading
	Title      string
	Parameters string // to be added to the resource's address: "?a=b" or "#c"
	Hidden     bool   // isvisible="false"
	Items      []Item
	Metadata   Metadata
	Node       *xmltree.Node
}

// A Resource is what can be opened, and its files.
type Resource struct {
	Identifier string
	Type       string   // "webcontent", "imsqti_item_xmlv2p1" …
	Href       string   // path in the package of what opens first, "" none
	Suffix     string   // query and fragment of the href: "?a=b#c"
	URL        string   // the href where it is an address of the web; Href is "" then
	Files      []string // paths in the package, Href among them where it is listed
	Depends    []string // identifiers of resources
	SCO        bool     // SCORM: it talks to the player (scormType "sco")
	Metadata   Metadata
	Node       *xmltree.Node
}

// Locate finds the manifest among a package's names: at the root, or in the one folder that somebody packed with it.
// The paths of the manifest are relative to path.Dir of it.
func Locate(names iter.Seq[string]) (name string, ok bool) {
	best := ""
	for n := range names {
		if !strings.EqualFold(path.Base(n), "imsmanifest.xml") || strings.Count(n, "/") > 1 || strings.HasPrefix(n, "__MACOSX/") {
			continue
		}
		if !ok || strings.Count(n, "/") < strings.Count(best, "/") {
			best, ok = n, true
		}
	}
	return best, ok
}

// Parse reads a manifest. Errors wrap fs.ErrInvalid and say what is wrong, and where.
func Parse(doc []byte) (*Manifest, error) {
	root, err := xmltree.Parse(doc)
	if err != nil {
		return nil, err
	}
	if root.Name != "manifest" {
		return nil, fmt.Errorf("it begins with <%.60s>, not <manifest>: %w", root.Name, fs.ErrInvalid)
	}
	m := &Manifest{Identifier: trim(root.Attr("identifier")), Version: trim(root.Attr("version")), Root: root, byID: map[string]int{}}
	if meta := root.Child("metadata"); meta != nil {
		m.Metadata = readMetadata(meta)
		m.Schema, m.SchemaVersion = childText(meta, "schema"), childText(meta, "schemaversion")
	}
	if err := m.resources(root.Node); err != nil {
		return nil, err
	}
	if err := m.organizations(root.Node); err != nil {
		return nil, err
	}
	if root.Child("manifest") != nil {
		m.warn("manifests within the manifest are not read")
	}
	m.Profile = m.profile()
	return m, nil
}

// Resource finds a resource by its identifier.
func (m *Manifest) Resource(id string) (*Resource, bool) {
	i, ok := m.byID[id]
	if !ok {
		return nil, false
	}
	return &m.Resources[i], true
}

func (m *Manifest) warn(format string, args ...any) {
	if len(m.Warnings) < 100 {
		m.Warnings = append(m.Warnings, fmt.Sprintf(format, args...))
	}
}

// Title is what the package calls itself: its metadata's title, else that of its first organization.
func (m *Manifest) Title() string {
	if m.Metadata.Title != "" {
		return m.Metadata.Title
	}
	for _, o := range m.Organizations {
		if o.Title != "" {
			return o.Title
		}
	}
	return ""
}

func trim(s string) string { return strings.Join(strings.Fields(s), " ") }

// childText is the text of a child element, "" when it is missing.
func childText(n *xmltree.Node, name string) string {
	if c := n.Child(name); c != nil {
		return cut(c.Content(), 500)
	}
	return ""
}

// cut shortens s to n bytes, between characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}
