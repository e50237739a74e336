package store

import (
	"encoding/base64"
	"encoding/hex"
	"strings"

	"lamplight/server/learning"
	"lamplight/sync/crdt"
	"lamplight/sync/segment"
)

// A pastRecord is what the fields of one record of the school stand at.
type pastRecord struct {
	kind   string
	ids    []id16
	writes []learning.FieldWrite
}

// pastKinds are the records that a snapshot tells: who there is, and how they sign in. A class's record comes before those of
// who is in it.
var pastKinds = []string{learning.KindSchool, learning.KindClass, learning.KindPerson, learning.KindSecret, learning.KindEnrol}

const (
	maxPastRecords = 200_000
	maxPastFields  = 64
	maxPastValue   = 1000
)

// codeRoster writes records, ascending by kind and key, or reads them: of records, fields and sixteens of bytes at most so
// many, which a writer without bounds of its own cannot make many of from few bytes. What is beyond is left out.
func codeRoster(c *segment.Scribe, records []pastRecord, most int) []pastRecord {
	var ids pastIDs
	var dots pastDotCoder
	at := 0
	var out []pastRecord
	for k, kind := range pastKinds {
		n := 0
		for at+n < len(records) && records[at+n].kind == kind {
			n++
		}
		some := sized(c, records[at:at+n], min(maxPastRecords, max(most, 0)))
		at, most = at+n, most-len(some)
		for i := range some {
			some[i].kind = kind
			most -= some[i].code(c, k, &ids, &dots, most)
		}
		out = append(out, some...)
	}
	return out
}

// code returns how much of what codeRoster may read it was.
func (r *pastRecord) code(c *segment.Scribe, kind int, ids *pastIDs, dots *pastDotCoder, most int) (used int) {
	if r.ids == nil {
		r.ids = make([]id16, subjects(r.kind))
	}
	for i := range r.ids {
		ids.code(c, modelRoster+kind*4+i, kind*2+i, &r.ids[i])
	}
	model := modelRoster + 64 + kind*256
	r.writes = sized(c, r.writes, min(maxPastFields, max(most, 0)))
	before := uint64(0)
	for i := range r.writes {
		w := &r.writes[i]
		before += c.Number(model, uint64(w.Field)-before)
		w.Field = learning.Field(before)
		dots.code(c, model+1, &w.Write)
		w.Value = []byte(codeValue(c, model+8+int(before%60)*4, string(w.Value)))
		if used += 1 + len(w.Value)/16; used >= most && c.Reads() {
			r.writes = r.writes[:i+1]
			break
		}
	}
	return used
}

// A pastDotCoder codes which event wrote something, by how far it is from the one before.
type pastDotCoder struct {
	streams pastTable
	last    crdt.Write
}

func (t *pastDotCoder) code(c *segment.Scribe, model int, w *crdt.Write) {
	var wide id16
	copy(wide[:], w.Dot.Stream[:])
	t.streams.code(c, &wide)
	copy(w.Dot.Stream[:], wide[:])
	w.Dot.Seq = t.last.Dot.Seq + uint64(unzigzag(c.Number(model, zigzag(int(w.Dot.Seq-t.last.Dot.Seq)))))
	w.Lamport = t.last.Lamport + uint64(unzigzag(c.Number(model+1, zigzag(int(w.Lamport-t.last.Lamport)))))
	t.last = *w
}

// subjects is how many ids a record of a kind is about.
func subjects(kind string) int {
	switch kind {
	case learning.KindSchool:
		return 0
	case learning.KindEnrol:
		return 2
	}
	return 1
}

// pastIDs codes ids by how far each stands after the one before it in its column, among all that came before.
type pastIDs struct {
	known []id16
	at    map[id16]int
	last  [32]int
}

func (t *pastIDs) code(c *segment.Scribe, model, column int, id *id16) {
	if t.at == nil {
		t.at = map[id16]int{}
	}
	at, ok := t.at[*id]
	if !ok {
		at = len(t.known)
	}
	next := t.last[column] + unzigzag(c.Number(model, zigzag(at-t.last[column])))
	if at = min(max(next, 0), len(t.known)); at == len(t.known) {
		c.Raw(id[:])
		t.known = append(t.known, *id)
		t.at[*id] = at
	}
	*id, t.last[column] = t.known[at], at
}

// codeValue codes a text; what is random in verifiers and ids as the bytes that it stands for.
func codeValue(c *segment.Scribe, model int, v string) string {
	raw, err := hex.DecodeString(v)
	isHex := err == nil && len(raw) >= 8 && hex.EncodeToString(raw) == v
	head, salt, key, isPHC := cutVerifier(v)
	form := uint64(0)
	switch {
	case isHex:
		form = 1
	case isPHC:
		form = 2
	}
	switch c.Number(model, form) {
	case 1:
		return hex.EncodeToString(codeRaw(c, model+1, raw))
	case 2:
		head = c.Text(model+2, head, maxPastValue)
		salt, key = codeRaw(c, model+1, salt), codeRaw(c, model+1, key)
		return head + "$" + base64.RawStdEncoding.EncodeToString(salt) + "$" + base64.RawStdEncoding.EncodeToString(key)
	}
	return c.Text(model+3, v, maxPastValue)
}

func codeRaw(c *segment.Scribe, model int, b []byte) []byte {
	b = append(make([]byte, 0, len(b)), b...)
	if n := int(min(c.Number(model, uint64(len(b))), maxPastValue)); c.Reads() {
		b = make([]byte, n)
	}
	c.Raw(b)
	return b
}

// cutVerifier takes a PHC string apart: what names the method, salt, key.
func cutVerifier(v string) (head string, salt, key []byte, ok bool) {
	parts := strings.Split(v, "$")
	if len(parts) != 6 {
		return "", nil, nil, false
	}
	b64 := base64.RawStdEncoding
	salt, err1 := b64.DecodeString(parts[4])
	key, err2 := b64.DecodeString(parts[5])
	ok = err1 == nil && err2 == nil && b64.EncodeToString(salt) == parts[4] && b64.EncodeToString(key) == parts[5]
	return strings.Join(parts[:4], "$"), salt, key, ok
}

// pastRecords reads the records that a snapshot tells of.
func pastRecords(kv KV, t schoolTag) (out []pastRecord) {
	for _, kind := range pastKinds {
		prefix := recordPrefix(kind, t)
		kv.Scan(recordBucket, prefix, func(k, b []byte) bool {
			r, err := learning.ReadRecord(b)
			if err != nil || len(k) != len(prefix)+16*subjects(kind) {
				return true
			}
			rec := pastRecord{kind: kind, writes: r.Writes()}
			for rest := k[len(prefix):]; len(rest) > 0; rest = rest[16:] {
				rec.ids = append(rec.ids, id16(rest))
			}
			if kind != learning.KindSchool && isErased(kv, t, hexID[learning.PersonID](rec.ids[len(rec.ids)-1][:])) {
				return true
			}
			out = append(out, rec)
			return true
		})
	}
	return out
}
