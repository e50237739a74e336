package web

import (
	"errors"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lamplight/content"
	"lamplight/server/district"
	"lamplight/server/learning"
	"lamplight/server/report"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// An Overseer is what the pages of a district ask of its node. On a box District is nil, and none of the pages is found.
type Overseer interface {
	// District is the schools; nil on a box.
	District() *district.Schools
	// DistrictPushes is what was sent to schools, whatever became of it.
	DistrictPushes() ([]store.Pushed, error)
	// OfferOf is a course of this box as others may have it; errors.ErrUnsupported when it lies on a stick.
	OfferOf(id content.CourseID) (learning.Offer, error)
	// Pushes is what the district of this box's school sent to it; nothing without one.
	Pushes() []store.Pushed
	// DistrictName is what the district of this box's school is called; "" without one.
	DistrictName() string
}

const districtPath = "/district"

func schoolURL(id string) string { return districtPath + "/school/" + id }

// overseen is the district, for who may see it. To everybody else, and on a box, no such page is there.
func (s *Server) overseen(r *request) (*district.Schools, error) {
	d := s.Node.District()
	if d == nil {
		return nil, errNotFound(r.URL.Path)
	}
	return d, s.Store.Oversees(r.actor())
}

// sites are what the district calls its schools, by id.
func (s *Server) sites(r *request) (map[string]store.Site, error) {
	all, err := s.Store.Sites(r.actor())
	out := make(map[string]store.Site, len(all))
	for _, x := range all {
		out[x.School] = x
	}
	return out, err
}

// called is a school's name: as the district calls it, else as it joined, else its id.
func called(sites map[string]store.Site, st *district.State) string {
	return cmpOr(cmpOr(sites[st.School].Name, st.Name), st.School)
}

// maxNeeds are as many as stand above the table; the rest are on the schools' own pages.
const maxNeeds = 12

// showDistrict is the schools, who needs help first.
func (s *Server) showDistrict(w http.ResponseWriter, r *request) error {
	d, err := s.overseen(r)
	if err != nil {
		return err
	}
	sites, err := s.sites(r)
	if err != nil {
		return err
	}
	states := d.States()
	v := view.District{Frame: s.frame(r, "district", nil), Table: SchoolsTable(states, sites)}
	if r.person.Role == learning.Administrator {
		v.Invite = boxesPath
	}
	for i := range states {
		st := &states[i]
		name := called(sites, st)
		for _, t := range st.Troubles {
			if t.Weight > district.Note && len(v.Needs) < maxNeeds {
				n := troubleView(t)
				n.School = view.Link{Text: name, URL: schoolURL(st.School)}
				v.Needs = append(v.Needs, n)
			}
		}
	}
	format := report.Format(r.URL.Query().Get("format"))
	if format == report.CSV || format == report.XLSX {
		return s.saveReport(w, r, format, v.Lang, []view.Table{v.Table})
	}
	return s.render(w, r, http.StatusOK, ui.District(v))
}

// SchoolsTable is how the schools of a district are, a row each in the order of states, by what the district calls them.
func SchoolsTable(states []district.State, sites map[string]store.Site) view.Table {
	t := view.Table{Name: "schools", Columns: healthColumns("school"), Notes: columnNotes}
	for i := range states {
		st := &states[i]
		name := view.Cell{Words: view.Words{Text: called(sites, st)}, URL: schoolURL(st.School)}
		t.Rows = append(t.Rows, append([]view.Cell{name}, healthCells(&st.Health)...))
	}
	return t
}

var weights = map[district.Weight]string{district.Note: "note", district.Careful: "careful", district.Red: "wrong"}

func troubleView(t district.Trouble) view.Need {
	n := view.Need{Key: t.Key, Kind: weights[t.Weight], Box: t.Box, N: -1, When: view.When{Time: t.When}}
	switch t.Key {
	case district.Unclean, district.Unsent:
		n.N = int(t.N)
	case district.CardFull, district.CardLow:
		n.Bytes = t.N
	}
	return n
}

// columnNotes stand under the tables of healthColumns.
var columnNotes = []view.Words{{Key: "district.columns"}}

func healthColumns(first string) (out []view.Column) {
	for _, c := range []struct {
		key  string
		kind view.ColumnKind
	}{
		{first, view.TextColumn},
		{"contact", view.DateColumn},
		{"met", view.TextColumn},
		{"waiting", view.NumberColumn},
		{"unsent", view.DateColumn},
		{"free", view.TextColumn},
		{"power", view.NumberColumn},
		{"clock", view.TextColumn},
		{"version", view.TextColumn},
	} {
		out = append(out, view.Column{Title: view.Words{Key: "column." + c.key}, Kind: c.kind})
	}
	return out
}

// healthCells are the columns after the first.
func healthCells(h *district.Health) []view.Cell {
	met := view.Cell{None: h.Way == ""}
	if !met.None {
		met.Words.Key = "district.way." + h.Way
	}
	clock := view.Cell{Words: view.Words{Key: "district.clock.right"}, None: !h.Told}
	if h.Told && h.ClockOff {
		clock.Words, clock.When = view.Words{Text: h.Wall.UTC().Format(time.DateOnly)}, view.When{Time: h.Wall.UTC()}
	}
	return []view.Cell{
		dateCell(h.Last), met,
		{N: h.Waiting, None: !h.Told},
		dateCell(h.Oldest), sizeCell(h.Free),
		{N: h.Unclean, None: !h.Told},
		clock,
		{Words: view.Words{Text: h.Version}, None: h.Version == ""},
	}
}

func dateCell(t time.Time) view.Cell { return view.Cell{When: view.When{Time: t}, None: t.IsZero()} }

func sizeCell(bytes int64) view.Cell {
	switch {
	case bytes < 0:
		return view.Cell{None: true}
	case bytes >= 1<<30:
		return view.Cell{Words: view.Words{Key: "size.gb", Args: []string{"n", strconv.FormatInt(bytes>>30, 10)}}}
	}
	return view.Cell{Words: view.Words{Key: "size.mb", Args: []string{"n", strconv.FormatInt(bytes>>20, 10)}}}
}

// schoolState is the school that the address names.
func (s *Server) schoolState(r *request) (*district.Schools, district.State, map[string]store.Site, error) {
	d, err := s.overseen(r)
	if err != nil {
		return nil, district.State{}, nil, err
	}
	st, ok := d.State(r.PathValue("school"))
	if !ok {
		return nil, st, nil, errNotFound(r.URL.Path)
	}
	sites, err := s.sites(r)
	return d, st, sites, err
}

// showDistrictSchool is one school: its boxes, its courses, what it is called.
func (s *Server) showDistrictSchool(w http.ResponseWriter, r *request) error {
	return s.renderDistrictSchool(w, r, "", http.StatusOK)
}

func (s *Server) renderDistrictSchool(w http.ResponseWriter, r *request, problem string, status int) error {
	_, st, sites, err := s.schoolState(r)
	if err != nil {
		return err
	}
	v := view.DistrictSchool{
		Frame: s.frame(r, "district", &view.Link{URL: districtPath}), ID: st.School, Name: called(sites, &st), Group: sites[st.School].Group,
		Work: schoolURL(st.School) + "/work", Problem: problem,
		Boxes: view.Table{Name: "boxes", Title: view.Words{Key: "district.boxes"}, Columns: healthColumns("box"), Notes: columnNotes},
		Courses: view.Table{
			Name: "courses", Title: view.Words{Key: "district.courses"},
			Columns: []view.Column{{Title: view.Words{Key: "column.course"}}, {Title: view.Words{Key: "column.box"}}},
		},
	}
	if r.URL.Query().Has("saved") {
		v.Banner = &view.Banner{Kind: "saved", Key: "banner.saved"}
	}
	for _, t := range st.Troubles {
		v.Needs = append(v.Needs, troubleView(t))
	}
	names := map[string]string{}
	for i := range st.Boxes {
		b := &st.Boxes[i]
		names[b.Device] = cmpOr(b.Name, b.Device)
		v.Boxes.Rows = append(v.Boxes.Rows, append([]view.Cell{{Words: view.Words{Text: names[b.Device]}}}, healthCells(&b.Health)...))
	}
	for _, c := range st.Courses {
		v.Courses.Rows = append(v.Courses.Rows, []view.Cell{{Words: view.Words{Text: c.Title}}, {Words: view.Words{Text: names[c.Device]}, None: names[c.Device] == ""}})
	}
	return s.render(w, r, status, ui.DistrictSchool(v))
}

// saveDistrictSchool keeps what the district calls a school, and its group.
func (s *Server) saveDistrictSchool(w http.ResponseWriter, r *request) error {
	_, st, _, err := s.schoolState(r)
	if err != nil {
		return err
	}
	err = s.Store.SaveSite(r.Context(), r.actor(), store.Site{School: st.School, Name: r.PostForm.Get("name"), Group: r.PostForm.Get("group")})
	if errors.Is(err, fs.ErrInvalid) {
		return s.renderDistrictSchool(w, r, "name", http.StatusBadRequest)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, schoolURL(st.School)+"?saved", http.StatusSeeOther)
	return nil
}

// showDistrictWork is what the learners of a school did, by the reports of a class; nobody has a name.
func (s *Server) showDistrictWork(w http.ResponseWriter, r *request) error {
	d, st, sites, err := s.schoolState(r)
	if err != nil {
		return err
	}
	v := view.Report{
		Frame: s.frame(r, "district", &view.Link{Text: called(sites, &st), URL: schoolURL(st.School)}), Heading: view.Words{Key: "district.work"},
		About: &view.Words{Key: "district.work.lead"},
	}
	var work store.ClassWork
	if err := d.Use(st.School, func(x *district.School) (err error) {
		work, err = x.Store.OpaqueWork(learning.Box()) // Oversees was asked
		return err
	}); err != nil {
		return err
	}
	l := locale.For(v.Lang)
	for i := range work.Learners {
		work.Learners[i].Name = l.T("district.learner", "n", l.Number(i+1))
	}
	if len(work.Learners) == 0 {
		v.Empty = &view.Words{Key: "district.work.empty"}
		return s.render(w, r, http.StatusOK, ui.Report(v))
	}
	titles := map[string]string{}
	for _, c := range st.Courses {
		titles[c.Course] = c.Title
	}
	names := report.Names{Resource: func(id content.ResourceID, course content.CourseID) report.Thing {
		if learning.QuizOf(id) != "" {
			return report.Thing{} // its title is the school's
		}
		title, lang := s.resourceName(id, course)
		if title == string(id) && titles[string(course)] != "" { // not on this box
			title = titles[string(course)] + " · " + strings.ToLower(string(id[:min(len(id), 6)]))
		}
		return report.Thing{Title: title, Lang: lang}
	}}
	v.Tables = []view.Table{report.Learners(&work, names, tileName), report.Resources(&work, names, false)}
	return s.sendReport(w, r, v)
}
