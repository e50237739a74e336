package district

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"lamplight/sync/device"
	"lamplight/sync/exchange"
)

// sheetName is the file in a school's keys folder that holds what its newest recovery sheet opens: so that a box that comes
// with the sheet is answered without opening every school's log.
const sheetName = "sheet.cbor"

// keepSheet writes the school's newest sheet there, if it is another than lies there.
func (s *Schools) keepSheet(school *School) error {
	sealed, ok, err := school.Store.Sheet()
	if err != nil || !ok {
		return err
	}
	path := filepath.Join(s.folder(school.ID), "keys", sheetName)
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, sealed.Marshal()) {
		return nil
	}
	return os.WriteFile(path, sealed.Marshal(), 0o600) // lost: the next session writes it again
}

// Sheets is what the district holds for the holder of a recovery sheet: see exchange.Options.
func (s *Schools) Sheets(locator []byte) (out []exchange.Sheet) {
	for _, id := range s.IDs() {
		raw, err := os.ReadFile(filepath.Join(s.folder(id), "keys", sheetName))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		sealed, err := device.ParseSealedSchool(raw)
		if err != nil || len(sealed.Locator) > 0 && !bytes.Equal(sealed.Locator, locator) || sealed.SchoolID() != id {
			continue
		}
		sheet := exchange.Sheet{Sealed: raw}
		err = s.Use(id, func(school *School) (err error) {
			for _, p := range school.Registry.Peers() {
				if p.Certificate != nil && !p.Revoked && len(sheet.Certificates) < 50 {
					sheet.Certificates = append(sheet.Certificates, p.Certificate.Marshal())
				}
			}
			sheet.Letters, err = school.Store.LettersToSheet(school.Registry)
			return err
		})
		if err != nil {
			s.o.Logger.Warn("a school that a recovery sheet asks for cannot be opened", "school", id, "err", err)
			continue
		}
		if out = append(out, sheet); len(sealed.Locator) > 0 {
			return []exchange.Sheet{sheet}
		}
	}
	return out
}
