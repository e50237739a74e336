package web

import (
	"hash/fnv"
	"slices"
	"strconv"

	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui/view"
)

// What pages and forms call the fields of lessons and quizzes that can be in dispute.
var (
	lessonFields = map[learning.Field]string{
		learning.LessonTitle: "title", learning.LessonAbout: "about", learning.LessonResources: "list", learning.LessonFrom: "from",
		learning.LessonUntil: "until", learning.LessonHidden: "hidden", learning.LessonArchived: "away",
	}
	quizFields = map[learning.Field]string{
		learning.QuizTitle: "title", learning.QuizSections: "list", learning.QuizState: "state", learning.QuizReport: "report",
		learning.QuizPractice: "practice", learning.QuizMinutes: "minutes", learning.QuizArchived: "away",
	}
)

// disputeLines of a list are shown, enough to know it by.
const disputeLines = 12

func (s *Server) lessonDisputes(all []store.Dispute) (out []view.Dispute) {
	for _, d := range all {
		v := view.Dispute{Field: lessonFields[d.Field], Both: d.Field == learning.LessonResources}
		for _, value := range d.Values {
			x := view.DisputeVersion{Text: value}
			switch d.Field {
			case learning.LessonResources:
				x = view.DisputeVersion{}
				for _, ref := range learning.UnpackRefs(value) {
					x.Lines = append(x.Lines, s.refTitle(ref))
				}
				x.Lines, x.More = fewLines(x.Lines)
			case learning.LessonFrom, learning.LessonUntil:
				x.Day = s.dayOf(value)
			case learning.LessonHidden:
				x.State = "work.state." + map[bool]string{true: "hidden", false: "shown"}[value == "1"]
			case learning.LessonArchived:
				x.State = onOff(value)
			}
			x.Key = versionKey(value)
			v.Versions = append(v.Versions, x)
		}
		if v.Field != "" {
			out = append(out, v)
		}
	}
	return out
}

func onOff(value string) string {
	if value == "1" {
		return "dispute.on"
	}
	return "dispute.off"
}

func fewLines(all []string) ([]string, int) {
	if len(all) <= disputeLines {
		return all, 0
	}
	return all[:disputeLines], len(all) - disputeLines
}

// refTitle is what a resource is called, its id where its course is not here.
func (s *Server) refTitle(ref learning.Ref) string {
	reader, release, n, err := s.openRef(ref)
	if err != nil {
		return string(ref.Resource)
	}
	defer release()
	_ = reader
	return title(n)
}

func (s *Server) quizDisputes(all []store.Dispute) (out []view.Dispute) {
	for _, d := range all {
		v := view.Dispute{Field: quizFields[d.Field], Both: d.Field == learning.QuizSections}
		for _, value := range d.Values {
			x := view.DisputeVersion{Text: value}
			switch d.Field {
			case learning.QuizSections:
				x = view.DisputeVersion{}
				for _, section := range learning.UnpackSections(value) {
					for _, q := range section.Questions {
						x.Lines = append(x.Lines, s.questionLine(q))
					}
				}
				x.Lines, x.More = fewLines(x.Lines)
			case learning.QuizState:
				x.State = "work.state." + value
			case learning.QuizReport, learning.QuizPractice, learning.QuizArchived:
				x.State = onOff(value)
			}
			x.Key = versionKey(value)
			v.Versions = append(v.Versions, x)
		}
		if v.Field != "" {
			out = append(out, v)
		}
	}
	return out
}

// settle ends a dispute as the form chose: version N, or both lists together.
func (s *Server) settle(r *request, l learning.LessonID, q learning.QuizID) error {
	fields := lessonFields
	if q != "" {
		fields = quizFields
	}
	c, err := s.Store.Composition(r.actor(), l, q)
	if err != nil {
		return err
	}
	for _, d := range c.Disputes {
		if fields[d.Field] != r.PostForm.Get("settle") {
			continue
		}
		version, value := r.PostForm.Get("version"), ""
		switch i := slices.IndexFunc(d.Values, func(x string) bool { return versionKey(x) == version }); {
		case version == "both" && q != "":
			value, err = learning.PackSections(bothSections(d.Values))
		case version == "both":
			value, err = learning.PackRefs(bothRefs(d.Values))
		case i >= 0:
			value = d.Values[i]
		default:
			return badForm("no such version")
		}
		if err != nil {
			return err
		}
		return s.Store.Settle(r.Context(), r.actor(), l, q, d.Field, value)
	}
	return nil // somebody chose already
}

// versionKey names a version in a form: another may come while the page is open.
func versionKey(value string) string {
	h := fnv.New64a()
	h.Write([]byte(value)) // never fails
	return strconv.FormatUint(h.Sum64(), 36)
}

// bothRefs is what stands in any of several lists, in the order of the first, each once.
func bothRefs(lists []string) (out []learning.Ref) {
	for _, list := range lists {
		for _, ref := range learning.UnpackRefs(list) {
			if !slices.Contains(out, ref) && len(out) < learning.MaxResources {
				out = append(out, ref)
			}
		}
	}
	return out
}

// bothSections is the sections of the first list, and in its last section the questions that only others have.
func bothSections(lists []string) []learning.QuizSection {
	out := learning.UnpackSections(lists[0])
	if len(out) == 0 {
		out = []learning.QuizSection{{}}
	}
	known := learning.Quiz{Sections: out}
	last := len(out) - 1
	for _, list := range lists[1:] {
		for _, section := range learning.UnpackSections(list) {
			for _, q := range section.Questions {
				if _, ok := known.Question(q.Key); !ok && known.Questions() < learning.MaxQuestions {
					out[last].Questions = append(out[last].Questions, q)
				}
			}
		}
	}
	return out
}
