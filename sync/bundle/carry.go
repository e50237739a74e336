package bundle

import (
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
// bounded: when it is full, what lies there longest of the school that has most makes room. Safe for concurrent use.
type Carry struct {
	dir  string
	most int64 // bytes

	mu   sync.Mutex
	held map[string]map[clock.Stream][]Carried // by school, by first
	size int64
	last int64 // the highest age
}

// A Carried is one file of the store.
type Carried struct {
	School      string // id, 16 hex digits
	Stream      clock.Stream
	First, Last uint64
	Bytes       int64
	age         int64 // order of coming
}

// DefaultCarry is how many bytes are kept for others.
const DefaultCarry = 64 << 20

var (
	hexName     = regexp.MustCompile(`^[0-9a-f]{16}$`)
	carriedName = regexp.MustCompile(`^([0-9]{1,19})-([0-9]{1,4})\.env$`)
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
		c.note(Carried{school, stream, first, first + count - 1, info.Size(), info.ModTime().UnixNano()})
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
	return filepath.Join(c.dir, x.School, x.Stream.String(), fmt.Sprintf("%d-%d.env", x.First, x.Last-x.First+1))
}

// Put keeps a segment or an envelope of a school. What is kept already, or lies within another file, is false, nil. ENOSPC when
// it alone is more than the store may hold.
func (c *Carry) Put(school string, b []byte) (added bool, err error) {
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
		if x.First <= p.First && p.Last() <= x.Last {
			return false, nil
		}
	}
	x := Carried{School: school, Stream: p.Stream, First: p.First, Last: p.Last(), Bytes: int64(len(b))}
	if err := c.room(x.Bytes); err != nil {
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

// room makes room for n bytes; it needs mu.
func (c *Carry) room(n int64) error {
	if c.most < 0 {
		return nil
	}
	if n > c.most {
		return fmt.Errorf("bundle: carry: %d bytes, and %d may be kept: %w", n, c.most, syscall.ENOSPC)
	}
	for c.size+n > c.most {
		c.remove(c.oldestOfMost())
	}
	return nil
}

func (c *Carry) oldestOfMost() (oldest Carried) {
	most := int64(-1)
	for _, streams := range c.held {
		sum, first := int64(0), Carried{age: 1<<63 - 1}
		for _, all := range streams {
			for _, x := range all {
				if sum += x.Bytes; x.age < first.age {
					first = x
				}
			}
		}
		if sum > most {
			most, oldest = sum, first
		}
	}
	return oldest
}

// remove needs mu.
func (c *Carry) remove(x Carried) {
	_ = os.Remove(c.path(x)) // what stays is found again at the next start
	of := c.held[x.School]
	of[x.Stream] = slices.DeleteFunc(of[x.Stream], func(y Carried) bool { return x.First == y.First && x.Last == y.Last })
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
	if slices.ContainsFunc(c.held[x.School][x.Stream], func(y Carried) bool { return x.First == y.First && x.Last == y.Last }) {
		c.remove(x)
	}
}

// Bytes is how much is kept.
func (c *Carry) Bytes() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.size
}
