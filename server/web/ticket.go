package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zeebo/blake3"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
)

// A ticket is what a take-home file carries so that its answers count once and for its learner alone, whichever way they
// come back and to whichever box of the school. It is signed, not secret: it holds ids and seeds, no names, no answers.
//
//	version 1 (1) ‖ learner (16) ‖ number of exercises (1)
//	of each: exercise (16) ‖ number of questions (1), of each: seed (2) ‖ fingerprint of the question as drawn (4)
//	HMAC-SHA256 of all before, by the school's secret "take home 1" (the first 12 bytes)
//
// Numbers are big-endian. An answer's attempt id follows from learner, exercise and question: the same question fetched
// twice, alone and within a lesson, is one.
type ticket struct {
	learner learning.PersonID
	sheets  []takenSheet
}

// A takenSheet is one exercise of a file.
type takenSheet struct {
	exercise  content.ResourceID
	questions []takenQuestion
}

// A takenQuestion is a variant; print changes with whatever of it bears on the answer.
type takenQuestion struct {
	seed  uint16
	print [4]byte
}

const (
	ticketVersion = 1
	ticketMAC     = 12
	// maxTaken questions are in one file: with the longest answers they still fit an address.
	maxTaken = 30
	// maxParcel is the longest address part that brings answers: 30 answers of 200 bytes, and the ticket.
	maxParcel = 10 << 10
	// maxTakenAnswer is the longest single answer that is read, in bytes: fields as long as those on pages.
	maxTakenAnswer = 2 << 10
)

var (
	// errTicket refuses a ticket that no box of this school made, or that somebody changed.
	errTicket = fmt.Errorf("web: the file is not from this school, or was changed: %w", fs.ErrInvalid)
	// errParcel refuses answers that cannot be read.
	errParcel = fmt.Errorf("web: the answers cannot be read: %w", fs.ErrInvalid)
)

var (
	attemptLetters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
	parcelLetters  = base64.RawURLEncoding
)

// seal encodes and signs.
func (t *ticket) seal(key []byte) (string, error) {
	who, ok := learning.Raw(t.learner)
	if !ok || t.count() > maxTaken || t.count() == 0 {
		return "", fmt.Errorf("web: a ticket of %d questions for %.40q: %w", t.count(), string(t.learner), fs.ErrInvalid)
	}
	out := append(append([]byte{ticketVersion}, who[:]...), byte(len(t.sheets)))
	for _, x := range t.sheets {
		id, err := hex.DecodeString(string(x.exercise))
		if err != nil || len(id) != 16 {
			return "", fmt.Errorf("web: exercise %.40q cannot be taken home: %w", string(x.exercise), errors.ErrUnsupported)
		}
		out = append(append(out, id...), byte(len(x.questions)))
		for _, q := range x.questions {
			out = q.append(out)
		}
	}
	return parcelLetters.EncodeToString(append(out, ticketSum(key, "ticket", out)[:ticketMAC]...)), nil
}

func (q takenQuestion) append(b []byte) []byte {
	return append(binary.BigEndian.AppendUint16(b, q.seed), q.print[:]...)
}

func ticketSum(key []byte, purpose string, parts ...[]byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(purpose + "\x00"))
	for _, p := range parts {
		m.Write(p)
	}
	return m.Sum(nil)
}

// openTicket reads what seal wrote with the same key; errTicket for anything else.
func openTicket(key []byte, text string) (ticket, error) {
	b, err := parcelLetters.Strict().DecodeString(text)
	if err != nil || len(key) == 0 || len(b) < 1+16+1+ticketMAC || b[0] != ticketVersion {
		return ticket{}, errTicket
	}
	b, sum := b[:len(b)-ticketMAC], b[len(b)-ticketMAC:]
	if !hmac.Equal(sum, ticketSum(key, "ticket", b)[:ticketMAC]) {
		return ticket{}, errTicket
	}
	t := ticket{learner: learning.PersonID(hex.EncodeToString(b[1:17]))}
	n, b := int(b[17]), b[18:]
	for range n {
		if len(b) < 17 || len(b) < 17+6*int(b[16]) {
			return ticket{}, errTicket
		}
		x := takenSheet{exercise: content.ResourceID(hex.EncodeToString(b[:16]))}
		count := int(b[16])
		for b = b[17:]; count > 0; count, b = count-1, b[6:] {
			x.questions = append(x.questions, takenQuestion{binary.BigEndian.Uint16(b), [4]byte(b[2:6])})
		}
		t.sheets = append(t.sheets, x)
	}
	if len(b) != 0 || t.count() > maxTaken {
		return ticket{}, errTicket
	}
	return t, nil
}

func (t *ticket) count() (n int) {
	for _, x := range t.sheets {
		n += len(x.questions)
	}
	return n
}

// attempt is the id of the answer to one question of an exercise.
func (t *ticket) attempt(key []byte, exercise content.ResourceID, q takenQuestion) learning.AttemptID {
	sum := ticketSum(key, "attempt", []byte(t.learner), []byte(exercise), q.append(nil))
	return learning.AttemptID(attemptLetters.EncodeToString(sum[:8]))
}

// fingerprint stands for all of a variant that bears on its answer: a course whose new edition asks something else is
// not marked by it.
func fingerprint(v marking.Variant) (out [4]byte) {
	h := blake3.New()
	say := func(parts ...string) {
		for _, p := range parts {
			fmt.Fprintf(h, "%d:%s", len(p), p)
		}
	}
	options := func(all []content.Option) {
		for _, o := range all {
			say("o", o.Key, o.Text, strconv.FormatBool(o.Right), strconv.Itoa(o.Category))
		}
	}
	accepts := func(all []content.Accept) {
		for _, a := range all {
			say("a", a.Answer, a.Tolerance, strconv.Itoa(int(a.Worth)))
		}
	}
	it := v.Item
	say(string(it.ID), string(it.Type), it.Stem, it.Unit, it.Tolerance, strconv.FormatBool(it.CaseSense), strconv.FormatBool(it.AccentSense))
	say(it.Answers...)
	options(it.Options)
	accepts(it.Accepts)
	for _, g := range it.Gaps {
		say("g")
		say(g.Answers...)
		options(g.Options)
		accepts(g.Accepts)
	}
	for _, p := range it.Pairs {
		say("p", p.Left, p.Right)
	}
	say("c")
	say(it.Categories...)
	copy(out[:], h.Sum(nil))
	return out
}

// A parcel is a ticket, as text, with answers: by question, counted from 1, the value of each of its fields.
//
// As text it is TICKET "." ANSWERS, in base64url; ANSWERS is a line "N=VALUE" a question, a tab between the values of its
// fields. A take-home file's own script writes it so.
type parcel struct {
	ticket  string
	answers map[int][]string
}

// encode writes the parcel as openParcel reads it.
func (p parcel) encode() string {
	var b strings.Builder
	for n := 1; n <= maxTaken; n++ {
		if values, ok := p.answers[n]; ok {
			b.WriteString(strconv.Itoa(n) + "=" + strings.Join(values, "\t") + "\n")
		}
	}
	return p.ticket + "." + parcelLetters.EncodeToString([]byte(b.String()))
}

// openParcel takes a parcel apart; the ticket in it is not looked at. Errors wrap fs.ErrInvalid.
func openParcel(text string) (parcel, error) {
	text = strings.TrimSpace(text)
	ticket, coded, ok := strings.Cut(text, ".")
	if len(text) > maxParcel || !ok || ticket == "" {
		return parcel{}, errParcel
	}
	answers, err := parcelLetters.DecodeString(strings.TrimRight(coded, "="))
	if err != nil || !utf8.Valid(answers) {
		return parcel{}, errParcel
	}
	p := parcel{ticket, map[int][]string{}}
	return p, p.read(string(answers))
}

// read adds answers in the form of lines.
func (p parcel) read(lines string) error {
	for line := range strings.SplitSeq(lines, "\n") {
		if line == "" {
			continue
		}
		number, values, ok := strings.Cut(line, "=")
		n, err := strconv.Atoi(number)
		if !ok || err != nil || n < 1 || n > maxTaken || len(values) > maxTakenAnswer || strconv.Itoa(n) != number {
			return errParcel
		}
		p.answers[n] = strings.Split(values, "\t")
	}
	return nil
}
