package web

import (
	"context"
	"net/http"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/server/learning"
	"lamplight/server/report"
	"lamplight/ui"
	"lamplight/ui/view"
)

const trainingPath = "/teach/training"

// trainingCourse is the folder of the teachers' own course, without its language; the ids of its pages are the units' keys.
const trainingCourse = "teachers-course-"

// showTraining is the twelve units of the teachers' own course. What is done is read from the record; nothing is ticked.
func (s *Server) showTraining(w http.ResponseWriter, r *request) error {
	units, err := s.Store.Training(r.actor())
	if err != nil {
		return err
	}
	classes, err := s.Store.Classes(r.actor())
	if err != nil {
		return err
	}
	var class learning.ClassID
	if len(classes) > 0 {
		class = classes[0].ID
	}
	v := view.Training{Frame: s.frame(r, "teach", &view.Link{URL: "/teach"})}
	course, here := s.trainingIn(v.Lang)
	if here {
		v.Course = "/course/" + string(course)
	}
	_, hasOne := s.Node.(starter)
	v.CanAdd = hasOne && r.person.Role == learning.Administrator
	if r.URL.Query().Has("added") {
		v.Banner = &view.Banner{Kind: "saved", Key: "training.starter.done"}
	}
	for _, u := range units {
		x := view.TrainingUnit{Key: u.Key, Do: trainingPlace(u.Key, class), Done: u.Done}
		if here {
			x.Page = ResourcePath + string(content.NewResourceID(course, u.Key))
		}
		if u.Done {
			v.Done++
			x.At = report.When(u.At)
		}
		v.Units = append(v.Units, x)
	}
	return s.render(w, r, http.StatusOK, ui.Training(v))
}

// A starter is a box that brings courses of its own.
type starter interface {
	InstallStarter(ctx context.Context) (library.Report, error)
}

// addStarter puts the courses that come with the box on it; those that are there stay as they are.
func (s *Server) addStarter(w http.ResponseWriter, r *request) error {
	box, ok := s.Node.(starter)
	if !ok {
		return errNotFound("starter courses")
	}
	if _, err := box.InstallStarter(r.Context()); err != nil {
		return err
	}
	http.Redirect(w, r.Request, trainingPath+"?added", http.StatusSeeOther)
	return nil
}

// trainingIn is the course in a language, in English where that is not on the box.
func (s *Server) trainingIn(lang string) (content.CourseID, bool) {
	for _, l := range []string{lang, "en", "fr", "ar"} {
		id := content.NewCourseID("lamplight", trainingCourse+l)
		if _, err := s.Library.Course(id); err == nil {
			return id, true
		}
	}
	return "", false
}

// trainingPlace is where a unit's action is done: in the first class that the teacher has, if it is one of a class.
func trainingPlace(unit string, class learning.ClassID) string {
	if unit == "own" {
		return "/teach/own"
	}
	if class == "" {
		return "/teach"
	}
	switch unit {
	case "class", "cards":
		return classPeopleURL(class)
	case "register":
		return classHome(class) + "/attendance"
	case "lesson", "quiz":
		return workURL(class) + "/new"
	case "report":
		return classHome(class) + "/report"
	case "levels":
		return levelsPath(class)
	case "inclass":
		return classHome(class) + "/now"
	case "paper":
		return paperHome(class)
	case "watch":
		return classHome(class) + "/watch"
	case "slip":
		return classHome(class) + "/slips"
	}
	return classHome(class)
}
