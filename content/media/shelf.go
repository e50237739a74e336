package media

import (
	"errors"
	"fmt"
	"io/fs"

	"lamplight/content"
)

// shelfVersion is the form of the index.
const shelfVersion = 1

// A shelf is the index of a course: all that its reader knows beside the files.
type shelf struct {
	Form  int    `cbor:"1,keyasint"`
	Items []item `cbor:"2,keyasint"` // topics before what they hold, in course order
}

// An item is a topic or a resource. Names of files are those under which they are kept.
type item struct {
	ID          content.ResourceID `cbor:"1,keyasint"`
	Parent      content.ResourceID `cbor:"2,keyasint,omitempty"`
	Kind        content.Kind       `cbor:"3,keyasint"`
	Title       string             `cbor:"4,keyasint"`
	Description string             `cbor:"5,keyasint,omitempty"`
	Language    string             `cbor:"6,keyasint,omitempty"`
	Licence     string             `cbor:"7,keyasint,omitempty"`
	Author      string             `cbor:"8,keyasint,omitempty"`
	Name        string             `cbor:"9,keyasint,omitempty"`
	MIME        string             `cbor:"10,keyasint,omitempty"`
	Bytes       int64              `cbor:"11,keyasint,omitempty"`
	Seconds     float64            `cbor:"12,keyasint,omitempty"`
	Pages       int                `cbor:"13,keyasint,omitempty"`
	Captions    []content.Caption  `cbor:"14,keyasint,omitempty"`
	Poster      string             `cbor:"15,keyasint,omitempty"` // a picture beside the file
	Cover       span               `cbor:"16,keyasint,omitempty"` // one inside it
}

// coverSuffix makes the path of a picture inside a file; no file is kept under such a name.
const coverSuffix = "/cover"

func (i item) thumbnail() string {
	switch {
	case i.Poster != "":
		return i.Poster
	case i.Cover.Size > 0:
		return i.Name + coverSuffix
	}
	return ""
}

func (i item) node(course content.Course) content.Node {
	n := content.Node{
		ID: i.ID, Parent: i.Parent, Kind: i.Kind, Title: i.Title, Description: i.Description, Language: i.Language,
		Path: i.Name, MIME: i.MIME, Bytes: i.Bytes, Seconds: i.Seconds, Pages: i.Pages, Captions: i.Captions, Thumbnail: i.thumbnail(),
	}
	if i.Licence != "" && i.Licence != course.Licence.ID || i.Author != "" && i.Author != course.Licence.Author {
		n.Licence = &content.Licence{ID: i.Licence, Author: i.Author, Owner: course.Licence.Owner}
		if i.Licence == "" {
			n.Licence.ID = course.Licence.ID
		}
	}
	return n
}

func (s *shelf) encode() ([]byte, error) {
	index, err := content.PackIndex(s)
	if err != nil {
		return nil, err
	}
	if len(index) > content.MaxIndex {
		return nil, fmt.Errorf("%d files are too many for one course: import its sub-folders one by one: %w", len(s.Items), fs.ErrInvalid)
	}
	return index, nil
}

func decodeShelf(index []byte) (*shelf, error) {
	s := &shelf{}
	if err := content.UnpackIndex(index, s); err != nil {
		return nil, err
	}
	if s.Form != shelfVersion {
		return nil, fmt.Errorf("form %d: %w", s.Form, errors.ErrUnsupported)
	}
	return s, nil
}
