package learning

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"math"
	"time"
	"unicode/utf8"

	"lamplight/content"
	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// Check reports what is wrong with an offer, as fs.ErrInvalid.
func (o *Offer) Check() error {
	if _, ok := Raw(o.Course); !ok {
		return fmt.Errorf("offer: course id %.40q: %w", string(o.Course), fs.ErrInvalid)
	}
	if b, err := hex.DecodeString(o.Manifest); o.Manifest != "" && (err != nil || len(b) != 32) {
		return fmt.Errorf("offer of %s: manifest %.70q is no BLAKE3 hash: %w", o.Course, o.Manifest, fs.ErrInvalid)
	}
	for _, s := range []string{o.Edition, o.Format, o.Title, o.Language, o.Licence, o.School} {
		if len(s) > 1000 || !utf8.ValidString(s) {
			return fmt.Errorf("offer of %s: text of %d bytes is too long or no UTF-8: %w", o.Course, len(s), fs.ErrInvalid)
		}
	}
	if o.Size < 0 || o.Bytes < 0 {
		return fmt.Errorf("offer of %s: negative size: %w", o.Course, fs.ErrInvalid)
	}
	return nil
}

// Draft makes the event of a checked offer; with an empty Manifest it withdraws the course.
func (o *Offer) Draft() Draft {
	var c columns
	c.id(couID, string(o.Course))
	c.text(couEdition, o.Edition)
	c.bytes(couFormat, []byte(o.Format))
	c.text(couTitle, o.Title)
	if b, err := hex.DecodeString(o.Manifest); err == nil {
		c.text(couManifest, string(b))
	}
	c.uint(couSize, uint64(o.Size))
	c.uint(couBytes, uint64(o.Bytes))
	c.bytes(couSchool, []byte(o.School))
	c.bytes(couLanguage, []byte(o.Language))
	c.bytes(couLicence, []byte(o.Licence))
	c.text(couUpdates, string(PackUpdates(o.Updates)))
	return Draft{Scope: Pub.Scope(""), Kind: KindCourse, Fields: c}
}

// ParseOffer reads a course/1 event.
func ParseOffer(e *segment.Event) (Offer, error) {
	o := Offer{
		Course: textID[content.CourseID](e.Bytes(couID)), Edition: string(e.Bytes(couEdition)),
		Format: string(e.Bytes(couFormat)), Title: string(e.Bytes(couTitle)), Manifest: hex.EncodeToString(e.Bytes(couManifest)),
		Size: int64(min(e.Uint(couSize), math.MaxInt64)), Bytes: int64(min(e.Uint(couBytes), math.MaxInt64)),
		School: string(e.Bytes(couSchool)), Language: string(e.Bytes(couLanguage)), Licence: string(e.Bytes(couLicence)),
	}
	o.Updates = ReadUpdates(e.Bytes(couUpdates), o.Manifest)
	return o, o.Check()
}

// Draft makes the event of a device's name.
func (d DeviceName) Draft() Draft {
	var c columns
	c.bytes(devID, []byte(d.Device))
	c.text(devName, d.Name)
	c.bytes(devSchool, []byte(d.School))
	return Draft{Scope: Pub.Scope(""), Kind: KindDevice, Fields: c}
}

// ParseDeviceName reads a device/1 event.
func ParseDeviceName(e *segment.Event) (DeviceName, error) {
	d := DeviceName{Device: string(e.Bytes(devID)), School: string(e.Bytes(devSchool)), Stream: e.Stream}
	if err := word("device id", d.Device, 1, 64); err != nil {
		return d, fmt.Errorf("%s: %w", e.Kind, err)
	}
	var err error
	d.Name, err = CleanText("device name", string(e.Bytes(devName)), 0, 64)
	return d, err
}

// Draft makes the event of a calibration.
func (b Calibration) Draft() Draft {
	var c columns
	c.bytes(bootID, b.Boot[:])
	c = append(c, segment.Field{Col: bootStart, Type: segment.Int, Num: uint64(b.Start.UnixMilli())})
	c.uint(bootBelieved, bit(b.Believed))
	c.bytes(bootSource, []byte(b.Source))
	c.uint(bootWithin, uint64(max(b.Within, 0).Milliseconds()))
	return Draft{Scope: Pub.Scope(""), Kind: KindBoot, Fields: c}
}

// maxYear bounds calibrations, so that arithmetic on them cannot overflow.
const maxYear = 9000

// ParseCalibration reads a boot/1 event.
func ParseCalibration(e *segment.Event) (Calibration, error) {
	b := Calibration{Start: time.UnixMilli(int64(e.Uint(bootStart))).UTC(), Believed: e.Uint(bootBelieved) == 1, Source: string(e.Bytes(bootSource))}
	if len(e.Bytes(bootID)) != len(clock.Boot{}) || b.Start.Year() < 1900 || b.Start.Year() > maxYear || len(b.Source) > 64 {
		return b, fmt.Errorf("%s: no boot or a date out of range: %w", e.Kind, fs.ErrInvalid)
	}
	copy(b.Boot[:], e.Bytes(bootID))
	b.Within = time.Duration(min(e.Uint(bootWithin), uint64(maxWithin.Milliseconds()))) * time.Millisecond
	return b, nil
}

// A RecoverySheet is a school's key as its newest recovery sheet opens it: see device.SealedSchool. Of several of a school
// the last in order counts.
type RecoverySheet struct {
	Sealed device.SealedSchool
	Key    []byte // X25519, 32 bytes: device.Recovery.SealKey, its public half; nil in sheets of earlier releases
}

// Draft makes the event of a new sheet.
func (r RecoverySheet) Draft() Draft {
	var c columns
	c.bytes(recSealed, r.Sealed.Marshal())
	c.bytes(recKey, r.Key)
	return Draft{Scope: Pub.Scope(""), Kind: KindRecovery, Fields: c}
}

// ParseRecoverySheet reads a recovery/1 event and checks that the school itself signed it: anybody may write to pub.
func ParseRecoverySheet(e *segment.Event) (r RecoverySheet, err error) {
	if r.Sealed, err = device.ParseSealedSchool(e.Bytes(recSealed)); err != nil {
		return r, fmt.Errorf("%s: %w", e.Kind, err)
	}
	if key := e.Bytes(recKey); len(key) == 32 {
		r.Key = key
	}
	return r, nil
}
