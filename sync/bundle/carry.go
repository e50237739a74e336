package bundle

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"lamplight/sync/clock"
	"lamplight/sync/internal/atomicfile"
)

// Carry is the folder DATA/carry: segments and envelopes that this box keeps for others, a file each, put atomically. It is
// bounded: see spare. Safe for concurrent use.
type Carry struct {
	dir  string
	most int64 // bytes

	mu    sync.Mutex
	judge judge                                 // nil before a Porter uses it
	held  map[string]map[clock.Stream][]Carried // by school, by first
	size  int64
	last  int64 // the highest age
}

// A Carried is one file of the store.
type Carried struct {
	School      string // id, 16 hex digits
	Stream      clock.Stream
	First, Last uint64
	By          string // the box that gave its word for it, by id: see word; "" none
	Bytes       int64  // that it takes of the card
	age         int64  // order of coming
}

// A judge says what of its own school's pieces is dear: who writes a stream, "" for somebody unknown or who does not stay,
// and whether the box that gave its word stays.
type judge interface {
	school() string
	dear(s clock.Stream, by string) (writer string, word bool)
}

// judgeBy is told once, before anything is put.
func (c *Carry) judgeBy(j judge) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.judge = j
}

// blocks is what a file of n bytes takes of a card, in blocks of 4 KiB as ext4 has them: many small ones fill it too.
func blocks(n int64) int64 { return (n + 4095) &^ 4095 }

// DefaultCarry is how many bytes are kept for others.
const DefaultCarry = 64 << 20

var (
	hexName     = regexp.MustCompile(`^[0-9a-f]{16}$`)
	carriedName = regexp.MustCompile(`^([0-9]{1,19})-([0-9]{1,4})(?:-([0-9a-f]{16}))?\.env$`)
)

// OpenCarry lists what is kept in dir, which is made when something is put. most is in bytes; 0: DefaultCarry, negative: no
// bound, for a district, which keeps all.
func OpenCarry(dir string, most int64) (*Carry, error) {
	if most == 0 {
		most = DefaultCarry
	}
	c := &Carry{dir: dir, most: most, held: map[string]map[clock.Stream][]Carried{}}
	schools, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, fmt.Errorf("bundle: carry: %w", err)
	}
	for _, school := range schools {
		if !school.IsDir() || !hexName.MatchString(school.Name()) {
			continue
		}
		streams, err := os.ReadDir(filepath.Join(dir, school.Name()))
		if err != nil {
			return nil, fmt.Errorf("bundle: carry: %w", err)
		}
		for _, s := range streams {
			if stream, err := clock.ParseStream(s.Name()); err == nil {
				if err := c.list(school.Name(), stream); err != nil {
					return nil, err
				}
			}
		}
	}
	return c, nil
}

func (c *Carry) list(school string, stream clock.Stream) error {
	at := filepath.Join(c.dir, school, stream.String())
	files, err := os.ReadDir(at)
	if err != nil {
		return fmt.Errorf("bundle: carry: %w", err)
	}
	for _, f := range files {
		m := carriedName.FindStringSubmatch(f.Name())
		if m == nil {
			if strings.HasSuffix(f.Name(), ".tmp") { // the plug was pulled
				_ = os.Remove(filepath.Join(at, f.Name()))
			}
			continue
		}
		first, err := strconv.ParseUint(m[1], 10, 63)
		count, _ := strconv.ParseUint(m[2], 10, 63)
		info, err2 := f.Info()
		if err != nil || err2 != nil || count == 0 {
			continue
		}
		c.note(Carried{school, stream, first, first + count - 1, m[3], blocks(info.Size()), info.ModTime().UnixNano()})
	}
	return nil
}

// note needs mu, but in OpenCarry.
func (c *Carry) note(x Carried) {
	of := c.held[x.School]
	if of == nil {
		of = map[clock.Stream][]Carried{}
		c.held[x.School] = of
	}
	all := append(of[x.Stream], x)
	sort.Slice(all, func(i, j int) bool {
		return all[i].First < all[j].First || all[i].First == all[j].First && all[i].Last < all[j].Last
	})
	of[x.Stream] = all
	c.size += x.Bytes
	c.last = max(c.last, x.age)
}

func (c *Carry) path(x Carried) string {
	name := fmt.Sprintf("%d-%d", x.First, x.Last-x.First+1)
	if x.By != "" {
		name += "-" + x.By
	}
	return filepath.Join(c.dir, x.School, x.Stream.String(), name+".env")
}

// Put keeps a segment or an envelope of a school. What is kept already, or lies within another file, is false, nil. ENOSPC when
// there is no room for it.
func (c *Carry) Put(school string, b []byte) (added bool, err error) { return c.put(school, "", b) }

// put is Put of what by gives its word for: then another's does not do instead.
func (c *Carry) put(school, by string, b []byte) (added bool, err error) {
	p, err := describe(b)
	if err != nil {
		return false, fmt.Errorf("bundle: carry: %w", err)
	}
	if !hexName.MatchString(school) || p.School != "" && p.School != school {
		return false, fmt.Errorf("bundle: carry: a piece of school %q for %q: %w", p.School, school, fs.ErrInvalid)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, x := range c.held[school][p.Stream] {
		if x.First <= p.First && p.Last() <= x.Last && (by == "" || by == x.By) {
			return false, nil
		}
	}
	x := Carried{School: school, Stream: p.Stream, First: p.First, Last: p.Last(), By: by, Bytes: blocks(int64(len(b)))}
	if err := c.room(x); err != nil {
		return false, err
	}
	if err := os.MkdirAll(filepath.Dir(c.path(x)), 0o700); err != nil {
		return false, fmt.Errorf("bundle: carry: %w", err)
	}
	if err := atomicfile.Write(c.path(x), b, 0o600); err != nil {
		return false, fmt.Errorf("bundle: carry: %w", err)
	}
	x.age = c.last + 1
	c.note(x)
	return true, nil
}

// room makes room for x; it needs mu.
func (c *Carry) room(x Carried) error {
	if c.most < 0 || c.size+x.Bytes <= c.most {
		return nil
	}
	all := c.piles()
	for c.size+x.Bytes > c.most {
		old, ok := c.spare(all, x)
		if !ok || x.Bytes > c.most {
			return fmt.Errorf("bundle: carry: %d bytes, and %d may be kept: %w", x.Bytes, c.most, syscall.ENOSPC)
		}
		c.remove(old)
	}
	return nil
}

// A share is what one may have of the store: another school; of our own a writer, "" for all of whom we know nothing good, apart
// by whether one that stays gave its word.
type share struct {
	school, writer string
	word           bool
}

// A pile is what a share has of the store.
type pile struct {
	bytes  int64
	pieces []Carried // the youngest first, once sorted
	sorted bool
}

// oldest takes the oldest piece off.
func (p *pile) oldest() (x Carried) {
	if !p.sorted {
		slices.SortFunc(p.pieces, func(a, b Carried) int { return cmp.Compare(b.age, a.age) })
		p.sorted = true
	}
	x, p.pieces = p.pieces[len(p.pieces)-1], p.pieces[:len(p.pieces)-1]
	p.bytes -= x.Bytes
	return x
}

// piles are what all shares have. It needs mu.
func (c *Carry) piles() map[share]*pile {
	all := map[share]*pile{}
	for _, streams := range c.held {
		for _, pieces := range streams {
			for _, x := range pieces {
				s := c.shareOf(x)
				if all[s] == nil {
					all[s] = &pile{}
				}
				all[s].bytes += x.Bytes
				all[s].pieces = append(all[s].pieces, x)
			}
		}
	}
	return all
}

// spare takes off what goes first for x, the oldest of the largest share. Others have half of the store, we have half, and what
// neither needs is the other's. Of ours nothing goes that came with the word of a box that stays while there is something that
// did not; for that nothing of it goes at all. So whoever makes up schools, boxes and envelopes pushes out what is no better
// known. It needs mu.
func (c *Carry) spare(all map[share]*pile, x Carried) (oldest Carried, ok bool) {
	theirs := int64(0)
	if !c.ours(x.School) {
		theirs = x.Bytes
	}
	for s, p := range all {
		if !c.ours(s.school) {
			theirs += p.bytes
		}
	}
	mine, most := theirs <= c.most/2, share{}
	for s, p := range all {
		if len(p.pieces) == 0 || c.ours(s.school) != mine || mine && c.ours(x.School) && s.word && !c.shareOf(x).word {
			continue
		}
		if better := most.word && !s.word; !ok || better || s.word == most.word && p.bytes > all[most].bytes {
			most, ok = s, true
		}
	}
	if !ok {
		return Carried{}, false
	}
	return all[most].oldest(), true
}

func (c *Carry) ours(school string) bool { return c.judge != nil && c.judge.school() == school }

func (c *Carry) shareOf(x Carried) (s share) {
	if s.school = x.School; c.ours(x.School) {
		s.writer, s.word = c.judge.dear(x.Stream, x.By)
	}
	return s
}

// remove needs mu.
func (c *Carry) remove(x Carried) {
	_ = os.Remove(c.path(x)) // what stays is found again at the next start
	of := c.held[x.School]
	of[x.Stream] = slices.DeleteFunc(of[x.Stream], func(y Carried) bool { return x == y })
	if c.size -= x.Bytes; len(of[x.Stream]) > 0 {
		return
	}
	_ = os.Remove(filepath.Dir(c.path(x)))
	if delete(of, x.Stream); len(of) == 0 {
		_ = os.Remove(filepath.Join(c.dir, x.School))
		delete(c.held, x.School)
	}
}

// Schools lists whose pieces are kept, in order.
func (c *Carry) Schools() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for school := range c.held {
		out = append(out, school)
	}
	slices.Sort(out)
	return out
}

// List is what is kept of a school, by stream and first.
func (c *Carry) List(school string) (out []Carried) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var streams []clock.Stream
	for s := range c.held[school] {
		streams = append(streams, s)
	}
	sort.Slice(streams, func(i, j int) bool { return streams[i].Compare(streams[j]) < 0 })
	for _, s := range streams {
		out = append(out, c.held[school][s]...)
	}
	return out
}

// Vector is how far each stream of a school is kept, from where its first piece begins without a gap.
func (c *Carry) Vector(school string) clock.Vector {
	out := clock.Vector{}
	for _, x := range c.List(school) {
		if last, begun := out[x.Stream]; !begun || x.First <= last+1 {
			out[x.Stream] = max(last, x.Last)
		}
	}
	return out
}

// Read is one piece's bytes.
func (c *Carry) Read(x Carried) ([]byte, error) {
	b, err := os.ReadFile(c.path(x))
	if err != nil {
		return nil, fmt.Errorf("bundle: carry: %w", err)
	}
	return b, nil
}

// After passes what is kept of a school beyond the vector, in order, until fn fails. A piece that cannot be read, or is none,
// is passed over.
func (c *Carry) After(school string, after clock.Vector, fn func(b []byte) error) error {
	for _, x := range c.List(school) {
		if x.Last <= after[x.Stream] {
			continue
		}
		b, err := c.Read(x)
		if err != nil {
			continue
		}
		if err := fn(b); err != nil {
			return err
		}
	}
	return nil
}

// Drop gives up what a box of that school has said it holds, and says how many pieces went.
func (c *Carry) Drop(school string, has clock.Vector) (n int) {
	for _, x := range c.List(school) {
		if x.Last <= has[x.Stream] {
			c.drop(x)
			n++
		}
	}
	return n
}

func (c *Carry) drop(x Carried) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if slices.Contains(c.held[x.School][x.Stream], x) {
		c.remove(x)
	}
}

// Bytes is how much of the card is taken.
func (c *Carry) Bytes() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.size
}
