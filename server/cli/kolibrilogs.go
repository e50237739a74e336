package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/server/learning"
)

// Kolibri's logs (exportlogs, "Export usage data", in English): a summary log has a row a learner and resource, a session log a
// row a visit. Of a row we take who, what, how far and how long. When is not taken: what is recorded here is of the day it
// is recorded, and a day that this box did not see is not made up.
var logColumns = []string{"Username", "Channel id", "Content id", "Time Spent (sec)", "Progress (0-1)"}

// A logLine is what a log tells of one learner and one resource: of several rows the furthest, and the time of all.
type logLine struct {
	login, channel, resource string
	seconds                  float64
	progress                 float64
}

// A logImport is what importing a log did.
type logImport struct {
	Rows     int      `json:"rows"`
	Recorded int      `json:"recorded"` // learners' resources brought further
	Known    int      `json:"known"`    // that were as far already
	Guests   int      `json:"guests"`   // rows of nobody
	Unknown  []string `json:"unknown"`  // logins that nobody here has, or several
	DryRun   bool     `json:"dry_run,omitempty"`
}

// importLogs brings learners' progress to what a log says, never back: so importing a log twice, or its summary and its
// sessions both, counts once.
func (c *call) importLogs(ctx context.Context, path string, dry bool) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	out := logImport{Unknown: []string{}, DryRun: dry}
	all, err := out.read(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	people := map[string]learning.PersonID{}
	for _, t := range all {
		id, ok := people[t.login]
		if !ok {
			id = c.learnerWith(t.login)
			if people[t.login] = id; id == "" {
				out.Unknown = append(out.Unknown, t.login)
			}
		}
		if id == "" {
			continue
		}
		if err := c.bring(ctx, id, t, &out); err != nil {
			return fmt.Errorf("%s: %s, %s: %w", path, t.login, t.resource, err)
		}
	}
	return c.print(out, func(w io.Writer) {
		fmt.Fprintf(w, "%d rows: %d resources brought further, %d as far already, %d rows of guests left out\n", out.Rows, out.Recorded, out.Known, out.Guests)
		for _, login := range out.Unknown {
			fmt.Fprintf(w, "left out: nobody here, or more than one, has the login %q; import the users first\n", login)
		}
	})
}

// learnerWith is the one learner of a login, "" none or several.
func (c *call) learnerWith(login string) (found learning.PersonID) {
	ids, err := c.Node.Store.FindLogin(login)
	if err != nil {
		return ""
	}
	for _, id := range ids {
		p, err := c.Node.Store.Person(learning.Box(), id)
		if err != nil || p.Role != learning.Learner || !strings.EqualFold(p.Login, login) {
			continue
		}
		if found != "" {
			return ""
		}
		found = id
	}
	return found
}

// read gathers the rows, in the order in which learners and resources first come.
func (out *logImport) read(r io.Reader) ([]*logLine, error) {
	rows := csv.NewReader(r)
	rows.FieldsPerRecord, rows.ReuseRecord = -1, true
	heading, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("no heading: %w", errors.Join(err, fs.ErrInvalid))
	}
	at := make([]int, len(logColumns))
	for i, name := range logColumns {
		if at[i] = slices.IndexFunc(heading, func(h string) bool {
			return strings.EqualFold(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")), name)
		}); at[i] < 0 {
			return nil, fmt.Errorf("no column %q: want a log that Kolibri exported in English: %w", name, fs.ErrInvalid)
		}
	}
	var all []*logLine
	known := map[[2]string]*logLine{}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, errors.Join(err, fs.ErrInvalid)
		}
		out.Rows++
		cells := make([]string, len(at))
		for i, j := range at {
			if j < len(row) {
				cells[i] = strings.Clone(strings.TrimSpace(row[j]))
			}
		}
		if cells[0] == "" {
			out.Guests++
			continue
		}
		t, err := readTold(cells)
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", out.Rows, err)
		}
		key := [2]string{strings.ToLower(t.login), t.resource}
		if had := known[key]; had != nil {
			had.seconds, had.progress = had.seconds+t.seconds, max(had.progress, t.progress)
			continue
		}
		known[key] = t
		all = append(all, t)
	}
}

func readTold(cells []string) (*logLine, error) {
	t := &logLine{login: cells[0]}
	for i, to := range []*string{&t.channel, &t.resource} {
		*to = strings.ToLower(strings.ReplaceAll(cells[1+i], "-", ""))
		if _, ok := learning.Raw(*to); !ok {
			return nil, fmt.Errorf("%q is no id of Kolibri's: %w", *to, fs.ErrInvalid)
		}
	}
	for i, to := range []*float64{&t.seconds, &t.progress} {
		n, err := strconv.ParseFloat(cells[3+i], 64)
		if err != nil || math.IsNaN(n) || n < 0 || n > 1e9 {
			return nil, fmt.Errorf("%s %q is no number: %w", logColumns[3+i], cells[3+i], fs.ErrInvalid)
		}
		*to = n
	}
	return t, nil
}

// bring records what lacks to what is told.
func (c *call) bring(ctx context.Context, id learning.PersonID, t *logLine, out *logImport) error {
	resource := content.ResourceID(t.resource)
	had, err := c.Node.Store.ProgressIn(learning.Box(), id, []content.ResourceID{resource})
	if err != nil {
		return err
	}
	was := had[resource]
	percent := int(min(t.progress, 1) * 10000)
	finished := t.progress >= 1
	lacking := int(t.seconds) - was.Seconds
	if lacking <= 0 && (was.Complete || !finished && was.Percent >= percent) {
		out.Known++
		return nil
	}
	out.Recorded++
	if out.DryRun {
		return nil
	}
	v := learning.View{Learner: id, Course: content.NewCourseID("kolibri", t.channel), Resource: resource, Action: learning.Moved, Percent: percent}
	if finished {
		v.Action = learning.Finished
	}
	var views []learning.View
	for left := uint64(max(lacking, 0)) * 10; ; { // a view tells a day at most
		v.Tenths = min(left, learning.MaxTenths)
		views = append(views, v)
		if left -= v.Tenths; left == 0 || len(views) == 1000 {
			return c.Node.Store.RecordBatch(ctx, learning.Box(), nil, views)
		}
	}
}
