package learning

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"unicode/utf8"

	"lamplight/content"
	"lamplight/sync/segment"
)

// A PushID names a push; shaped like a PersonID.
type PushID string

// What a district pushes.
const (
	PushCourse  = "course"  // an edition of a course or of a bank of questions, which the schools' boxes fetch
	PushNotice  = "notice"  // words on every school's board
	PushSetting = "setting" // a setting that each school takes over once; its administrators may change it again
)

// A Push is what a district sends to its schools. What it says counts only in a stream of the district.
type Push struct {
	ID      PushID
	What    string
	Schools []string // ids; none: every school of the district
	Offer   Offer    // of a course: Course, Edition, Manifest, Size, Bytes, Title, Language, Format, Licence
	Setting string   // of a setting: which, see PushedSettings
	Text    string   // the notice; what the setting is set to
	Gone    bool     // taken back
}

// PushedSettings are the settings that a district may push, with the values each may have.
var PushedSettings = map[string][]string{
	"take": {TakeOpen, TakeAll, TakeNothing},
}

// maxPushed is to how many schools by name one push goes; more are all of them.
const maxPushed = 2000

// For reports whether a push is for a school.
func (p *Push) For(school string) bool {
	return len(p.Schools) == 0 || slices.Contains(p.Schools, school)
}

// Check reports what is wrong with a push, as fs.ErrInvalid.
func (p *Push) Check() error {
	if _, ok := Raw(p.ID); !ok || len(p.Schools) > maxPushed {
		return fmt.Errorf("push %.40q to %d schools: %w", string(p.ID), len(p.Schools), fs.ErrInvalid)
	}
	for _, s := range p.Schools {
		if b, err := hex.DecodeString(s); err != nil || len(b) != 8 {
			return fmt.Errorf("push: %.40q is no school: %w", s, fs.ErrInvalid)
		}
	}
	switch {
	case p.What == PushCourse && p.Offer.Manifest != "":
		return p.Offer.Check()
	case p.What == PushNotice && p.Text != "" && len(p.Text) <= maxNoticeBytes && utf8.ValidString(p.Text):
		return nil
	case p.What == PushSetting && slices.Contains(PushedSettings[p.Setting], p.Text):
		return nil
	}
	return fmt.Errorf("push of %.20q: it says nothing that can be done: %w", p.What, fs.ErrInvalid)
}

// Draft makes the event of a checked push.
func (p *Push) Draft() Draft {
	var c columns
	c.id(pushID, string(p.ID))
	c.bytes(pushWhat, []byte(p.What))
	var schools []byte
	for _, s := range p.Schools {
		b, _ := hex.DecodeString(s)
		schools = append(schools, b...)
	}
	c.bytes(pushSchools, schools)
	if p.What == PushCourse {
		c.id(pushCourse, string(p.Offer.Course))
	}
	c.text(pushEdition, p.Offer.Edition)
	if b, err := hex.DecodeString(p.Offer.Manifest); err == nil {
		c.text(pushManifest, string(b))
	}
	c.uint(pushSize, uint64(p.Offer.Size))
	c.uint(pushBytes, uint64(p.Offer.Bytes))
	title := p.Offer.Title
	if p.What == PushSetting {
		title = p.Setting
	}
	c.text(pushTitle, title)
	c.text(pushText, p.Text)
	c.uint(pushGone, bit(p.Gone))
	c.bytes(pushLanguage, []byte(p.Offer.Language))
	c.bytes(pushFormat, []byte(p.Offer.Format))
	c.bytes(pushLicence, []byte(p.Offer.Licence))
	return Draft{Scope: Pub.Scope(""), Kind: KindPush, Fields: c}
}

// ParsePush reads a push/1 event.
func ParsePush(e *segment.Event) (Push, error) {
	p := Push{ID: textID[PushID](e.Bytes(pushID)), What: string(e.Bytes(pushWhat)), Text: string(e.Bytes(pushText)), Gone: e.Uint(pushGone) == 1}
	schools := e.Bytes(pushSchools)
	if len(schools)%8 != 0 {
		return p, fmt.Errorf("%s: %d bytes of schools: %w", e.Kind, len(schools), fs.ErrInvalid)
	}
	for s := range slices.Chunk(schools, 8) {
		p.Schools = append(p.Schools, hex.EncodeToString(s))
	}
	switch p.What {
	case PushCourse:
		p.Offer = Offer{
			Course: textID[content.CourseID](e.Bytes(pushCourse)), Edition: string(e.Bytes(pushEdition)), Title: string(e.Bytes(pushTitle)),
			Manifest: hex.EncodeToString(e.Bytes(pushManifest)), Size: int64(min(e.Uint(pushSize), math.MaxInt64)), Bytes: int64(min(e.Uint(pushBytes), math.MaxInt64)),
			Language: string(e.Bytes(pushLanguage)), Format: string(e.Bytes(pushFormat)), Licence: string(e.Bytes(pushLicence)),
		}
	case PushSetting:
		p.Setting = string(e.Bytes(pushTitle))
	}
	return p, p.Check()
}
