package web

import (
	"errors"
	"io/fs"
	"net/http"
	"slices"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/server/district"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

const sendPath = districtPath + "/send"

// showDistrictSend is what was sent to schools, and the form to send.
func (s *Server) showDistrictSend(w http.ResponseWriter, r *request) error {
	return s.renderDistrictSend(w, r, false, http.StatusOK)
}

func (s *Server) renderDistrictSend(w http.ResponseWriter, r *request, problem bool, status int) error {
	d, err := s.overseen(r)
	if err != nil {
		return err
	}
	sites, err := s.sites(r)
	if err != nil {
		return err
	}
	pushes, err := s.Node.DistrictPushes()
	if err != nil {
		return err
	}
	v := view.DistrictSend{Frame: s.frame(r, "district", &view.Link{URL: districtPath}), Problem: problem}
	if did := r.URL.Query().Get("did"); did == "sent" || did == "back" {
		v.Done = &view.Done{Key: "district-" + did}
	}
	states := d.States()
	for i := range states {
		v.Schools = append(v.Schools, view.Link{Text: called(sites, &states[i]), URL: states[i].School})
		if g := sites[states[i].School].Group; g != "" && !slices.Contains(v.Groups, g) {
			v.Groups = append(v.Groups, g)
		}
	}
	slices.Sort(v.Groups)
	for _, c := range s.Library.Courses() {
		v.Courses = append(v.Courses, view.Link{Text: c.Title, URL: string(c.ID)})
	}
	arrange.Stably(pushes, func(a, b store.Pushed) int {
		if a.Newer(&b) {
			return -1
		}
		return 1
	})
	for i := range pushes {
		row, _ := sentRow(&pushes[i], states, sites)
		v.Sent = append(v.Sent, row)
	}
	return s.render(w, r, status, ui.DistrictSend(v))
}

// sentRow is how a push stands, at all schools and at each.
func sentRow(p *store.Pushed, states []district.State, sites map[string]store.Site) (view.SentRow, []view.SentSchool) {
	row := view.SentRow{URL: sendPath + "/" + string(p.ID), What: p.What, When: view.When{Time: p.When.Time, Unsure: !p.When.Believed}}
	switch p.What {
	case learning.PushCourse:
		row.Title, row.Lang = p.Offer.Title, p.Offer.Language
	case learning.PushNotice:
		row.Title = p.Text
	case learning.PushSetting:
		row.Title = cmpOr(p.Text, "open")
	}
	var schools []view.SentSchool
	for i := range states {
		sent := states[i].Sent(p)
		if sent.Key != district.NotForYou {
			row.Of++
		}
		if sent.Key == district.Arrived {
			row.Here++
		}
		schools = append(schools, view.SentSchool{Name: called(sites, &states[i]), URL: schoolURL(states[i].School), Key: sent.Key})
	}
	return row, schools
}

// sendToSchools sends what the form says: of a course, a notice and a setting each that is filled in.
func (s *Server) sendToSchools(w http.ResponseWriter, r *request) error {
	d, err := s.overseen(r)
	if err != nil {
		return err
	}
	to, all, err := s.addressees(r, d)
	if err != nil {
		return err
	}
	pushes, err := s.formPushes(r)
	if err != nil {
		return err
	}
	if len(pushes) == 0 || !all && len(to) == 0 {
		return s.renderDistrictSend(w, r, true, http.StatusBadRequest)
	}
	for _, p := range pushes {
		if !all {
			p.Schools = to
		}
		_, err := s.Store.Push(r.Context(), r.actor(), p)
		if errors.Is(err, fs.ErrInvalid) {
			return s.renderDistrictSend(w, r, true, http.StatusBadRequest)
		}
		if err != nil {
			return err
		}
	}
	http.Redirect(w, r.Request, sendPath+"?did=sent", http.StatusSeeOther)
	return nil
}

// addressees are the schools that the form names, one by one or by their group.
func (s *Server) addressees(r *request, d *district.Schools) (to []string, all bool, err error) {
	sites, err := s.sites(r)
	if err != nil {
		return nil, false, err
	}
	for _, id := range d.IDs() {
		if slices.Contains(r.PostForm["to"], id) || sites[id].Group != "" && slices.Contains(r.PostForm["group"], sites[id].Group) {
			to = append(to, id)
		}
	}
	return to, slices.Contains(r.PostForm["to"], "all"), nil
}

func (s *Server) formPushes(r *request) (out []learning.Push, err error) {
	f := r.PostForm
	if id := f.Get("course"); id != "" {
		offer, err := s.Node.OfferOf(content.CourseID(id))
		if err != nil {
			return nil, err
		}
		out = append(out, learning.Push{What: learning.PushCourse, Offer: offer})
	}
	if text := f.Get("notice"); text != "" {
		n := learning.Notice{Text: text}
		if err := n.Check(); err != nil {
			return nil, err
		}
		out = append(out, learning.Push{What: learning.PushNotice, Text: n.Text})
	}
	if rule := f.Get("take"); rule != "" {
		if rule == "open" {
			rule = learning.TakeOpen
		}
		out = append(out, learning.Push{What: learning.PushSetting, Setting: "take", Text: rule})
	}
	return out, nil
}

// pushOf is the push that the address names.
func (s *Server) pushOf(r *request) (*store.Pushed, error) {
	all, err := s.Node.DistrictPushes()
	for i := range all {
		if string(all[i].ID) == r.PathValue("push") {
			return &all[i], err
		}
	}
	return nil, errors.Join(err, errNotFound(r.URL.Path))
}

// showDistrictSent is how something that was sent stands at each school.
func (s *Server) showDistrictSent(w http.ResponseWriter, r *request) error {
	d, err := s.overseen(r)
	if err != nil {
		return err
	}
	p, err := s.pushOf(r)
	if err != nil {
		return err
	}
	sites, err := s.sites(r)
	if err != nil {
		return err
	}
	v := view.DistrictSent{Frame: s.frame(r, "district", &view.Link{URL: sendPath})}
	v.Row, v.Schools = sentRow(p, d.States(), sites)
	return s.render(w, r, http.StatusOK, ui.DistrictSent(v))
}

// takeBackSent takes back what was sent: schools that do not have it yet no longer fetch it.
func (s *Server) takeBackSent(w http.ResponseWriter, r *request) error {
	if _, err := s.overseen(r); err != nil {
		return err
	}
	p, err := s.pushOf(r)
	if err != nil {
		return err
	}
	gone := p.Push
	gone.Gone = true
	if _, err := s.Store.Push(r.Context(), r.actor(), gone); err != nil {
		return err
	}
	http.Redirect(w, r.Request, sendPath+"?did=back", http.StatusSeeOther)
	return nil
}
