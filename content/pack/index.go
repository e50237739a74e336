package pack

import (
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/fxamacker/cbor/v2"

	"lamplight/content"
)

// index says what a pack holds: deterministic CBOR, compressed. Offsets count from the first member.
type index struct {
	Course  content.Course `cbor:"1,keyasint"`
	Nodes   []node         `cbor:"2,keyasint"`           // in course order; a topic stands before what it holds
	Files   []file         `cbor:"3,keyasint,omitempty"` // by path
	Encoder string         `cbor:"4,keyasint"`           // what made the gzip members, so that a receiver can make the same ones
	Sources []sourceRun    `cbor:"5,keyasint,omitempty"` // the Markdown it was made of
}

// A node is a content.Node as stored, with its member.
type node struct {
	ID          content.ResourceID   `cbor:"1,keyasint"`
	Parent      int                  `cbor:"2,keyasint,omitempty"` // 0 at the top, else one more than the topic's place in Nodes
	Kind        content.Kind         `cbor:"3,keyasint"`
	Title       string               `cbor:"4,keyasint"`
	Description string               `cbor:"5,keyasint,omitempty"`
	Language    string               `cbor:"6,keyasint,omitempty"`
	Licence     *content.Licence     `cbor:"7,keyasint,omitempty"`
	Path        string               `cbor:"8,keyasint,omitempty"`
	MIME        string               `cbor:"9,keyasint,omitempty"`
	Captions    []caption            `cbor:"11,keyasint,omitempty"`
	Thumbnail   string               `cbor:"12,keyasint,omitempty"`
	Skill       string               `cbor:"13,keyasint,omitempty"`
	Requires    []content.ResourceID `cbor:"14,keyasint,omitempty"`
	Minutes     int                  `cbor:"15,keyasint,omitempty"`
	Items       int                  `cbor:"16,keyasint,omitempty"`
	Criterion   criterionValue       `cbor:"17,keyasint,omitempty"`
	Completion  completionValue      `cbor:"18,keyasint,omitempty"`
	Labels      content.Labels       `cbor:"25,keyasint,omitzero"`
	Staff       bool                 `cbor:"26,keyasint,omitempty"` // for teachers alone
	Broken      string               `cbor:"27,keyasint,omitempty"` // why it cannot be opened, in English
	Offset      int64                `cbor:"20,keyasint,omitempty"` // of a page's or exercise's member
	Stored      int64                `cbor:"21,keyasint,omitempty"` // bytes of it
	Length      uint32               `cbor:"22,keyasint,omitempty"` // of the article or exercise, uncompressed
	CRC         uint32               `cbor:"23,keyasint,omitempty"` // CRC-32 (IEEE) of the article
	Hash        string               `cbor:"24,keyasint,omitempty"` // first 16 bytes of its BLAKE3, in hex
}

type criterionValue struct {
	Type string `cbor:"1,keyasint,omitempty"`
	M    int    `cbor:"2,keyasint,omitempty"`
	N    int    `cbor:"3,keyasint,omitempty"`
}

type caption struct {
	Language string `cbor:"1,keyasint,omitempty"`
	Path     string `cbor:"2,keyasint"`
}

// A file is stored as it is, to be sent by range.
type file struct {
	Path   string `cbor:"1,keyasint"`
	MIME   string `cbor:"2,keyasint"`
	Offset int64  `cbor:"3,keyasint"`
	Size   int64  `cbor:"4,keyasint"`
	Hash   string `cbor:"5,keyasint"` // first 16 bytes of its BLAKE3, in hex
}

// An exercise is the member of a Practice node: deterministic CBOR, zstd.
type exercise struct {
	Items   []content.Item    `cbor:"1,keyasint"`
	LeftOut []content.LeftOut `cbor:"2,keyasint,omitempty"`
}

const (
	maxNodes    = 50_000
	maxIndex    = 16 << 20 // bytes, uncompressed
	maxArticle  = 8 << 20
	maxExercise = 8 << 20
)

var (
	encoder = must(cbor.CoreDetEncOptions().EncMode())
	decoder = must(cbor.DecOptions{MaxArrayElements: maxNodes, MaxNestedLevels: 12, MaxMapPairs: 64, DupMapKey: cbor.DupMapKeyEnforcedAPF}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // the options above are wrong
	}
	return v
}

// check finds what a hostile index could do: members outside the file, parents that stand after their children,
// kinds of file that a browser would run.
func (x *index) check(members int64) error {
	if len(x.Nodes) > maxNodes || len(x.Files) > maxNodes {
		return fmt.Errorf("more than %d nodes or files", maxNodes)
	}
	if err := checkSkills(x.Course.Skills); err != nil {
		return err
	}
	if err := x.checkSources(members); err != nil {
		return err
	}
	seen := map[content.ResourceID]bool{}
	for i, n := range x.Nodes {
		switch {
		case len(n.ID) != 32 || seen[n.ID]:
			return fmt.Errorf("node %d: id %.40q is none, or is there twice", i, n.ID)
		case n.Parent < 0 || n.Parent > i || n.Parent > 0 && x.Nodes[n.Parent-1].Kind != content.Topic:
			return fmt.Errorf("node %d: its parent is no topic before it", i)
		case !within(n.Offset, n.Stored, members):
			return fmt.Errorf("node %d: its bytes lie outside the file", i)
		case n.Kind == content.Page && (n.Stored < 20 || n.Length > maxArticle) || n.Kind == content.Practice && n.Length > maxExercise:
			return fmt.Errorf("node %d: %d bytes stored, %d in all, cannot be", i, n.Stored, n.Length)
		case !n.Completion.possible():
			return fmt.Errorf("node %d: complete %.40q %d cannot be", i, n.Completion.By, n.Completion.Amount)
		}
		seen[n.ID] = true
	}
	last := ""
	for i, f := range x.Files {
		switch {
		case f.Path <= last || !filepath.IsLocal(filepath.FromSlash(f.Path)):
			return fmt.Errorf("file %d: bad path %.80q", i, f.Path)
		case !within(f.Offset, f.Size, members):
			return fmt.Errorf("file %s: its bytes lie outside the pack", f.Path)
		case !servable[f.MIME]:
			return fmt.Errorf("file %s: %.60q is not a type that may be served", f.Path, f.MIME)
		}
		last = f.Path
	}
	return nil
}

// servable are the types a pack's files may have: none that a browser runs.
var servable = func() map[string]bool {
	out := map[string]bool{}
	for _, k := range mediaKinds {
		out[k.mime] = true
	}
	return out
}()

func within(offset, size, of int64) bool {
	return offset >= 0 && size >= 0 && offset <= of && size <= of-offset
}

// encode gives the index uncompressed.
func (x *index) encode() ([]byte, error) { return encoder.Marshal(x) }

func decodeIndex(b []byte, members int64) (*index, error) {
	var x index
	if err := decoder.Unmarshal(b, &x); err != nil {
		return nil, fmt.Errorf("pack: index: %w: %w", err, fs.ErrInvalid)
	}
	if err := x.check(members); err != nil {
		return nil, fmt.Errorf("pack: index: %w: %w", err, fs.ErrInvalid)
	}
	return &x, nil
}
