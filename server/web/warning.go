package web

import (
	"net/http"

	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showWatch is the children of a class to look after, each with the reasons and what to do first.
func (s *Server) showWatch(w http.ResponseWriter, r *request) error {
	class, _, err := s.classLed(r)
	if err != nil {
		return err
	}
	x, err := s.Store.Watch(r.actor(), class.ID)
	if err != nil {
		return err
	}
	today, _ := s.today()
	if !x.Known && x.Day > today {
		today = x.Day
	}
	v := view.Watch{
		Class: class.Name, Path: classHome(class.ID) + "/watch", Date: dateText(today), NoRegisters: x.Rolls == 0, From: learning.WarnFrom,
		Register: classHome(class.ID) + "/attendance",
	}
	v.Frame = s.frame(r, "teach", &view.Link{Text: class.Name, URL: classHome(class.ID)})
	people := map[learning.PersonID]learning.Person{}
	for _, p := range x.Learners {
		people[p.ID] = p
		c := x.Care[p.ID]
		v.Rows = append(v.Rows, view.WatchTick{ID: string(p.ID), Name: p.Name, Tile: tileName(p.Tile), Worry: c.Worry, Repeated: c.Repeated, Conflict: c.Conflict})
	}
	for _, warning := range x.Listed {
		v.Listed = append(v.Listed, watchChild(class.ID, people[warning.Learner], warning))
	}
	for _, warning := range x.Done {
		c, care := watchChild(class.ID, people[warning.Learner], warning), x.Care[warning.Learner]
		c.DoneStep, c.DoneAt = care.Done, s.dayView(care.DoneDay)
		if by, err := s.Store.Person(r.actor(), care.DoneBy); err == nil {
			c.DoneBy = by.Name
		} else if care.DoneBy != "" {
			c.DoneBy = "–"
		}
		v.Done = append(v.Done, c)
	}
	if q := r.URL.Query(); q.Has("done") {
		v.Banner = &view.Banner{Kind: "saved", Key: "watch.done.saved"}
	} else if q.Has("saved") {
		v.Banner = &view.Banner{Kind: "saved", Key: "watch.saved"}
	}
	return s.render(w, r, http.StatusOK, ui.Watch(v))
}

func watchChild(class learning.ClassID, p learning.Person, w learning.Warning) view.WatchChild {
	out := view.WatchChild{ID: string(p.ID), Name: p.Name, Tile: tileName(p.Tile), URL: "/teach/learner/" + string(p.ID), Points: w.Points, Step: w.Step}
	for _, x := range w.Reasons {
		reason := view.WarnReason{Key: x.Key, N: x.N, Of: x.Of, Level: x.Level, Points: x.Points}
		switch x.Key {
		case "absent-running", "absent-often":
			reason.URL = classHome(class) + "/attendance/history"
		case "below-level":
			reason.Ladder = x.Ladder.String()
			reason.URL = levelsPath(class) + "?ladder=" + reason.Ladder
		case "no-work":
			reason.URL = out.URL
		}
		out.Reasons = append(out.Reasons, reason)
	}
	return out
}

// changeWatch notes a step as done, puts a child back on the list, or saves the ticks that were changed.
func (s *Server) changeWatch(w http.ResponseWriter, r *request) error {
	class, learners, err := s.classLed(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	to := classHome(class.ID) + "/watch?saved"
	switch f.Get("do") {
	case "done":
		step, to2 := f.Get("step"), classHome(class.ID)+"/watch?done"
		day, _ := s.namedDay(f.Get("day"))
		err = s.Store.EditCare(r.Context(), r.actor(), learning.PersonID(f.Get("person")), store.CareEdit{Done: &step, DoneDay: day})
		to = to2
	case "again":
		none := ""
		err = s.Store.EditCare(r.Context(), r.actor(), learning.PersonID(f.Get("person")), store.CareEdit{Done: &none})
	case "ticks":
		for _, p := range learners {
			if err = s.saveTicks(r, p.ID); err != nil {
				break
			}
		}
	default:
		return errNotFound("do=" + f.Get("do"))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// saveTicks writes what was changed of one child; where two boxes disagree, what the page says.
func (s *Server) saveTicks(r *request, id learning.PersonID) error {
	f := r.PostForm
	var e store.CareEdit
	for name, field := range map[string]**bool{"worry": &e.Worry, "repeated": &e.Repeated} {
		key := name + "." + string(id)
		was, settled := f["was."+key]
		if on := f.Get(key) == "1"; !settled || on != (was[0] == "1") {
			*field = &on
		}
	}
	if e.Worry == nil && e.Repeated == nil {
		return nil
	}
	return s.Store.EditCare(r.Context(), r.actor(), id, e)
}
