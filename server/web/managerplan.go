package web

import (
	"errors"
	"io/fs"
	"net/http"
	"slices"

	"lamplight/content"
	"lamplight/server/queue"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showPlan is what adding something would mean; of a task that is further it says where that stands.
func (s *Server) showPlan(w http.ResponseWriter, r *request) error {
	t, err := s.Queue.Task(r.PathValue("task"))
	if errors.Is(err, fs.ErrNotExist) { // done long ago, or given up
		http.Redirect(w, r.Request, contentPath, http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return err
	}
	v := view.ContentPlan{Frame: s.frame(r, "box", &view.Link{URL: contentPath}), Task: s.taskView(t), Link: t.Link, CanLink: s.Node.OnStick(t.Path)}
	if p := t.Plan; p != nil && t.State == queue.Asking {
		v.Need, v.Room, v.Fits, v.Warnings = p.Need, p.Room, p.Fits(), p.Warnings
		v.Refused, v.Forecast.Days = s.refusedViews(p.Refused), s.Node.Forecast(p.Need)
		for _, c := range p.Courses {
			v.Courses = append(v.Courses, plannedView(c, len(t.Topics) > 0))
		}
	}
	if t.State == queue.Looking {
		w.Header().Set("Refresh", "2")
	} else if t.State == queue.Running || t.State == queue.Waiting {
		w.Header().Set("Refresh", refreshEvery)
	}
	return s.render(w, r, http.StatusOK, ui.ContentPlan(v))
}

// plannedView shows one course. Topics are ticked only when somebody ticked some: none means all.
func plannedView(c queue.Planned, chose bool) view.PlannedCourse {
	v := view.PlannedCourse{Card: courseCard(c.Course, 0), State: c.State, Licence: licenceView(c.Course.Licence), Need: c.Need}
	v.Thumbnail = "" // it is not here yet
	if d := c.Change; d != nil {
		v.Frees = d.Free
		for _, x := range []struct {
			key string
			content.Changes
		}{{"new", d.New}, {"changed", d.Changed}, {"removed", d.Removed}} {
			if x.Count > 0 {
				v.Changes = append(v.Changes, view.Changed{Key: x.key, Count: x.Count, Titles: x.Titles})
			}
		}
	}
	for _, t := range c.Topics {
		v.Topics = append(v.Topics, view.TopicChoice{
			ID: t.ID, Title: t.Title, Depth: t.Depth, Resources: t.Resources, Bytes: t.Bytes, Missing: t.Missing, Chosen: chose && t.Chosen,
		})
	}
	return v
}

// maxTopics is how many a form may choose.
const maxTopics = 500

// changePlan answers what the plan asks.
func (s *Server) changePlan(w http.ResponseWriter, r *request) error {
	id, f := r.PathValue("task"), r.PostForm
	topics, link := slices.Clone(f["topic"]), f.Get("link") != ""
	if len(topics) > maxTopics {
		return errNotFound("topics")
	}
	to, err := contentPath, error(nil)
	switch f.Get("do") {
	case "start":
		err = s.start(id, topics, link)
	case "again":
		to, err = contentPath+"/"+id, s.Queue.Again(id, topics, link)
	case "cancel":
		err = s.Queue.Cancel(id)
	default:
		return errNotFound("do=" + f.Get("do"))
	}
	if err != nil && !errors.Is(err, fs.ErrExist) && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther) // somebody who was quicker is seen there
	return nil
}

// start begins what was planned. What does not fit is looked at again and refused in words: the choice may differ from what
// was planned, and other files may have come meanwhile.
func (s *Server) start(id string, topics []string, link bool) error {
	t, err := s.Queue.Task(id)
	if err != nil {
		return err
	}
	same := slices.Equal(topics, t.Topics) && link == t.Link
	if same && t.Plan != nil && !t.Plan.Fits() {
		return s.Queue.Again(id, topics, link)
	}
	return s.Queue.Start(id, topics, link)
}
