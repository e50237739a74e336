package exchange

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"sync"
	"time"

	"lamplight/sync/internal/atomicfile"
)

// Limits are how many bytes a link may carry, both ways together; 0 is no limit.
type Limits struct {
	Month  int64 // of the calendar month
	Window int64 // of one link window, or of the day where the link has no hours
}

// A Budget counts what a metered link carries, over restarts. What is about to be spent is on the disk before it is spent,
// in steps, so that a plug that is pulled costs at most a step of the allowance and never gives any back. Safe for
// concurrent use.
//
// Months are those of the box's clock where that is believed. Where it is not, bytes count for the latest month that
// was: a box that starts in 1970 each time gets no new allowance by that.
type Budget struct {
	path   string
	limits Limits

	mu   sync.Mutex
	file budgetFile
	kept budgetFile // on the disk: never less than file
}

// budgetFile is the file. Numbers are never reused.
type budgetFile struct {
	Version uint  `cbor:"1,keyasint"`
	Month   int   `cbor:"2,keyasint"`           // year × 12 + month - 1
	Spent   int64 `cbor:"3,keyasint"`           // bytes in it
	Window  int64 `cbor:"4,keyasint"`           // Unix seconds of when it opened
	Within  int64 `cbor:"5,keyasint"`           // bytes in it
	Before  int64 `cbor:"6,keyasint,omitempty"` // bytes in the month before
}

const (
	budgetVersion = 1
	budgetStep    = 64 << 10 // bytes that are on the disk as spent before they are
)

// OpenBudget reads what was spent; "" keeps it in memory only. A file that cannot be read is an error: forgetting what
// was spent would cost money.
func OpenBudget(path string, limits Limits) (*Budget, error) {
	b := &Budget{path: path, limits: limits, file: budgetFile{Version: budgetVersion}}
	if path == "" {
		return b, nil
	}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err == nil {
		err = unpack(raw, &b.file, "budget")
	}
	if err == nil && b.file.Version != budgetVersion {
		err = fmt.Errorf("version %d: %w", b.file.Version, errors.ErrUnsupported)
	}
	if err != nil {
		return nil, fmt.Errorf("exchange: %s: %w", path, err)
	}
	b.kept = b.file
	return b, nil
}

// At turns the pages: now is the box's time, sure whether it is believed, window when the link window opened (of the same
// clock). It is called before a contact.
func (b *Budget) At(now time.Time, sure bool, window time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f := &b.file
	month := now.Year()*12 + int(now.Month()) - 1
	switch {
	case f.Month == 0 || sure && month < f.Month: // a clock that was ahead has been set right: what was spent stays spent
		f.Month = month
	case month > f.Month && (sure || month == f.Month+1):
		f.Month, f.Before, f.Spent = month, f.Spent, 0
	}
	if open := window.Unix(); open > f.Window || sure && open < f.Window {
		f.Window, f.Within = open, 0
	}
}

// Left is how many bytes may still be spent, a large number without a limit.
func (b *Budget) Left() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	left := int64(1 << 62)
	if b.limits.Month > 0 {
		left = min(left, b.limits.Month-b.file.Spent)
	}
	if b.limits.Window > 0 {
		left = min(left, b.limits.Window-b.file.Within)
	}
	return left
}

// spend counts n bytes, which go over the link only after it returned nil.
func (b *Budget) spend(n int64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.file.Spent += n
	b.file.Within += n
	same := b.kept.Month == b.file.Month && b.kept.Window == b.file.Window
	if same && b.kept.Spent >= b.file.Spent && b.kept.Within >= b.file.Within {
		return nil
	}
	ahead := b.file
	ahead.Spent += budgetStep
	ahead.Within += budgetStep
	return b.keep(ahead)
}

// keep puts f on the disk. The caller holds mu.
func (b *Budget) keep(f budgetFile) error {
	if b.path != "" {
		if err := atomicfile.Write(b.path, pack(f), 0o600); err != nil {
			return fmt.Errorf("exchange: what the link carried cannot be kept, so it is not used: %w", err)
		}
	}
	b.kept = f
	return nil
}

// Settle keeps the exact count, at the end of a contact.
func (b *Budget) Settle() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kept == b.file {
		return nil
	}
	return b.keep(b.file)
}

// Meter counts a connection that is no session's against the budget too, as a session's is counted. It ends once the budget
// is spent.
func (b *Budget) Meter(c net.Conn) net.Conn {
	m := newMeter(c, time.Minute)
	m.budget = b
	m.cap.Store(max(b.Left(), 1))
	return m
}

// A Spending is what a budget has counted, for people.
type Spending struct {
	Month       int   `json:"month"` // year × 12 + month - 1
	Spent       int64 `json:"spent"` // bytes in it
	MonthLimit  int64 `json:"month_limit"`
	Window      int64 `json:"window"` // bytes in this window
	WindowLimit int64 `json:"window_limit"`
	Before      int64 `json:"before"` // bytes in the month before
}

// Spending says how much was spent.
func (b *Budget) Spending() Spending {
	b.mu.Lock()
	defer b.mu.Unlock()
	f := b.file
	return Spending{f.Month, f.Spent, b.limits.Month, f.Within, b.limits.Window, f.Before}
}
