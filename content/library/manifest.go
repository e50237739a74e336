package library

import (
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"

	"lamplight/content"
	"lamplight/content/blob"
)

// ManifestVersion is what this release writes and the only one it reads.
const ManifestVersion = 1

// A Manifest names everything an installed course is made of. It is deterministic CBOR (RFC 8949 §4.2), itself a blob,
// and its hash is the edition's name between boxes: the same files read by the same release give the same manifest.
//
//	key 1  version, 1
//	key 2  the course, as content.Course is tagged
//	key 3  format: who reads it
//	key 4  files, in the format's order: {1: name, 2: size, 3: BLAKE3-256 in hex, "" while linked and not hashed,
//	       4: the form it travels in, if it has one: {1: BLAKE3-256 of it in hex, 2: size, 3: coding},
//	       5: what was published, if this was packed anew from it: {1: BLAKE3-256 of it in hex, 2: size}}
//	key 5  index: what the format's Plan found out, at most 1 MiB
//
// Keys that this release does not know are passed over, and kept: a manifest that came keeps its bytes and so its name.
type Manifest struct {
	Version int            `cbor:"1,keyasint"`
	Course  content.Course `cbor:"2,keyasint"`
	Format  string         `cbor:"3,keyasint"`
	Files   []ManifestFile `cbor:"4,keyasint"`
	Index   []byte         `cbor:"5,keyasint,omitempty"`

	raw []byte // as it came, nil when it was made here or changed
}

// A ManifestFile is one stored file. Name is the format's own, with slashes, never a path on this disk.
type ManifestFile struct {
	Name string `cbor:"1,keyasint"`
	Size int64  `cbor:"2,keyasint"`
	Hash string `cbor:"3,keyasint,omitempty"`
	// Travel is nil when the file travels as it is.
	Travel *Travel `cbor:"4,keyasint,omitempty"`
	// Published is nil when the file is as it was published.
	Published *Published `cbor:"5,keyasint,omitempty"`
}

// A Published file is not here: what holds the same was packed anew from it, and importing it changes nothing.
type Published struct {
	Hash string `cbor:"1,keyasint"`
	Size int64  `cbor:"2,keyasint"`
}

const (
	maxManifest = 32 << 20
	maxIndex    = 1 << 20
	maxFiles    = 200_000
)

var (
	encoder = must(cbor.CoreDetEncOptions().EncMode())
	decoder = must(cbor.DecOptions{MaxArrayElements: maxFiles, MaxNestedLevels: 8, MaxMapPairs: 64, DupMapKey: cbor.DupMapKeyEnforcedAPF}.DecMode())
	// termDecoder reads our own lists of keys, which may be long.
	termDecoder = must(cbor.DecOptions{MaxArrayElements: 4 << 20}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // the options above are wrong
	}
	return v
}

func (m *Manifest) encode() ([]byte, error) {
	if m.raw != nil {
		return m.raw, nil
	}
	return encoder.Marshal(m)
}

// decodeManifest reads a manifest that may come from anywhere.
func decodeManifest(b []byte) (*Manifest, error) {
	var v struct {
		Version int `cbor:"1,keyasint"`
	}
	if err := decoder.Unmarshal(b, &v); err != nil {
		return nil, fmt.Errorf("manifest: %w: %w", err, fs.ErrInvalid)
	}
	if v.Version != ManifestVersion {
		return nil, fmt.Errorf("manifest: version %d, and this release reads %d: update this box: %w", v.Version, ManifestVersion, errUnsupported)
	}
	var m Manifest
	if err := decoder.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("manifest: %w: %w", err, fs.ErrInvalid)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("manifest: %w: %w", err, fs.ErrInvalid)
	}
	m.raw = b
	return &m, nil
}

func (m *Manifest) check() error {
	if !validCourse(m.Course.ID) {
		return fmt.Errorf("course id %.40q is not 32 hex digits", m.Course.ID)
	}
	if !utf8.ValidString(m.Course.Title) || len(m.Course.Title) > 4<<10 || len(m.Index) > maxIndex {
		return fmt.Errorf("its title or index is too large")
	}
	if len(m.Files) == 0 || len(m.Files) > maxFiles {
		return fmt.Errorf("%d files", len(m.Files))
	}
	seen := map[string]bool{}
	for _, f := range m.Files {
		if !filepath.IsLocal(filepath.FromSlash(f.Name)) || seen[f.Name] || f.Size < 0 || f.Hash != "" && !blob.Valid(f.Hash) {
			return fmt.Errorf("bad file %.80q", f.Name)
		}
		if err := f.Travel.check(f); err != nil {
			return err
		}
		if p := f.Published; p != nil && (p.Size < 0 || !blob.Valid(p.Hash)) {
			return fmt.Errorf("bad file %.80q: what was published", f.Name)
		}
		seen[f.Name] = true
	}
	return nil
}

func validCourse(id content.CourseID) bool {
	b, err := hex.DecodeString(string(id))
	return err == nil && len(b) == 16 && hex.EncodeToString(b) == string(id)
}

// readManifest reads the manifest of that hash from the store, its bytes checked against the hash.
func readManifest(blobs *blob.Store, hash string) (*Manifest, error) {
	f, size, err := blobs.Open(hash)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > maxManifest {
		return nil, fmt.Errorf("manifest: %d bytes are too many: %w", size, fs.ErrInvalid)
	}
	b, err := io.ReadAll(io.LimitReader(f, maxManifest))
	if err != nil {
		return nil, err
	}
	if hashBytes(b) != hash {
		return nil, fmt.Errorf("manifest %s: its bytes have changed: %w", hash, fs.ErrInvalid)
	}
	return decodeManifest(b)
}
