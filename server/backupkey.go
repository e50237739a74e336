package server

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"filippo.io/age"

	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// A backup is a file of age (age-encryption.org/v1). With a passphrase any age program opens it. Else its key is wrapped
// with a secret of the school, and the school, sealed for its recovery sheet, lies beside it in the clear header: so the
// box needs no words to make one, and whoever has the sheet needs no box to open it.
//
//	-> lamplight-school SCHOOL
//	   length 2 ‖ device.SealedSchool ‖ nonce 12 ‖ AES-256-GCM of the file key, by the school's secret "backup"
//
// Since a box was shut out, which knows that secret, the key is sealed to the sheet itself, if it is one that has a key:
//
//	-> lamplight-sheet SCHOOL
//	   segment.SealLetter of the file key

const (
	schoolStanza = "lamplight-school"
	sheetStanza  = "lamplight-sheet"
	// scryptWork makes a guess at a passphrase take 32 MiB and about a second on a small board.
	scryptWork = 15
	// maxScryptWork is what a foreign file may ask of this one: 256 MiB.
	maxScryptWork = 18
)

// schoolRecipient wraps a backup's key for the recovery sheet of the school.
type schoolRecipient struct {
	school *device.School
	sealed device.SealedSchool
}

func backupCipher(s *device.School) (cipher.AEAD, error) {
	block, err := aes.NewCipher(s.Secret("backup"))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Wrap implements age.Recipient.
func (r schoolRecipient) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	aead, err := backupCipher(r.school)
	if err != nil {
		return nil, err
	}
	sealed := r.sealed.Marshal()
	body := append(binary.BigEndian.AppendUint16(nil, uint16(len(sealed))), sealed...)
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce)
	body = aead.Seal(append(body, nonce...), nonce, fileKey, []byte(schoolStanza))
	return []*age.Stanza{{Type: schoolStanza, Args: []string{r.sealed.SchoolID()}, Body: body}}, nil
}

// sheetRecipient wraps a backup's key for the recovery sheet alone.
type sheetRecipient struct {
	school string // id
	key    *ecdh.PublicKey
}

// Wrap implements age.Recipient.
func (r sheetRecipient) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	body, err := segment.SealLetter(fileKey, []*ecdh.PublicKey{r.key})
	return []*age.Stanza{{Type: sheetStanza, Args: []string{r.school}, Body: body}}, err
}

// sheetIdentity opens what schoolRecipient or sheetRecipient wrapped, with the words of the sheet.
type sheetIdentity struct{ words device.Recovery }

// Unwrap implements age.Identity; fs.ErrPermission for the words of another sheet.
func (i sheetIdentity) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	for _, s := range stanzas {
		if s.Type == schoolStanza {
			return i.open(s.Body)
		}
		if s.Type == sheetStanza {
			key, err := segment.OpenLetter(s.Body, i.words.SealKey())
			if errors.Is(err, fs.ErrPermission) {
				err = errOtherSheet
			}
			return key, err
		}
	}
	return nil, age.ErrIncorrectIdentity
}

var errOtherSheet = fmt.Errorf("server: these are not the words of the sheet that was newest when the backup was made: %w", fs.ErrPermission)

func (i sheetIdentity) open(body []byte) ([]byte, error) {
	damaged := fmt.Errorf("server: backup: its header is damaged: %w", fs.ErrInvalid)
	if len(body) < 2 || len(body) < 2+int(binary.BigEndian.Uint16(body)) {
		return nil, damaged
	}
	at := 2 + int(binary.BigEndian.Uint16(body))
	sealed, err := device.ParseSealedSchool(body[2:at])
	if err != nil {
		return nil, err
	}
	school, err := sealed.Open(i.words)
	if err != nil {
		return nil, errOtherSheet
	}
	aead, err := backupCipher(school)
	if err != nil {
		return nil, err
	}
	if body = body[at:]; len(body) < aead.NonceSize() {
		return nil, damaged
	}
	key, err := aead.Open(nil, body[:aead.NonceSize()], body[aead.NonceSize():], []byte(schoolStanza))
	if err != nil {
		return nil, damaged
	}
	return key, nil
}

// A BackupKey is what opens a backup: a passphrase or the recovery sheet's words. When one is made, no passphrase means
// the newest recovery sheet.
type BackupKey struct{ Passphrase, Words string }

// leastPassphrase is how many bytes a passphrase has at least: the file lies where others find it.
const leastPassphrase = 8

func (s *Server) backupRecipient(k BackupKey) (age.Recipient, error) {
	if k.Passphrase != "" {
		if len(k.Passphrase) < leastPassphrase {
			return nil, fmt.Errorf("server: a passphrase of fewer than %d letters is guessed: %w", leastPassphrase, fs.ErrInvalid)
		}
		r, err := age.NewScryptRecipient(k.Passphrase)
		if err == nil {
			r.SetWorkFactor(scryptWork)
		}
		return r, err
	}
	school := s.Registry.School()
	if school == nil {
		return nil, fmt.Errorf("server: this box has no school yet, so no recovery sheet opens its backup; give a passphrase: %w", fs.ErrNotExist)
	}
	sealed, ok, err := s.Store.Sheet()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("server: no recovery sheet was printed yet; print one under “Recovery sheet”, or give a passphrase: %w", fs.ErrNotExist)
	}
	key, old, err := s.sheetKey()
	if err == nil && key != nil && !old && len(school.Turned()) > 0 {
		return sheetRecipient{school.ID(), key}, nil
	}
	return schoolRecipient{school, sealed}, err
}

// BackupNeeds says what opens a backup, by its header: "words" or "passphrase"; fs.ErrInvalid when it is none of ours.
func BackupNeeds(r *bufio.Reader) (string, error) {
	head, err := r.Peek(200)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	_, stanza, ok := strings.Cut(string(head), "age-encryption.org/v1\n-> ")
	switch {
	case ok && (strings.HasPrefix(stanza, schoolStanza+" ") || strings.HasPrefix(stanza, sheetStanza+" ")):
		return "words", nil
	case ok && strings.HasPrefix(stanza, "scrypt "):
		return "passphrase", nil
	}
	return "", fmt.Errorf("server: this is no backup of Lamplight: %w", fs.ErrInvalid)
}

// openBackup reads what a backup holds; fs.ErrPermission for a wrong key.
func openBackup(r *bufio.Reader, k BackupKey) (io.Reader, error) {
	needs, err := BackupNeeds(r)
	if err != nil {
		return nil, err
	}
	var identity age.Identity
	switch {
	case needs == "words" && k.Words != "":
		words, err := device.ParseRecovery(k.Words)
		if err != nil {
			return nil, err
		}
		identity = sheetIdentity{words}
	case needs == "passphrase" && k.Passphrase != "":
		scrypt, err := age.NewScryptIdentity(k.Passphrase)
		if err != nil {
			return nil, err
		}
		scrypt.SetMaxWorkFactor(maxScryptWork)
		identity = scrypt
	default:
		return nil, fmt.Errorf("server: this backup opens with %s: %w", map[string]string{"words": "the nine words of the recovery sheet", "passphrase": "its passphrase"}[needs], fs.ErrPermission)
	}
	plain, err := age.Decrypt(r, identity)
	if none := new(age.NoIdentityMatchError); errors.As(err, &none) {
		return nil, fmt.Errorf("server: this is not the passphrase of the backup: %w", fs.ErrPermission)
	}
	if err != nil && !errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("server: backup: its header is damaged: %w", errors.Join(err, fs.ErrInvalid))
	}
	return plain, err
}
