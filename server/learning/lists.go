package learning

import (
	"encoding/json"
	"fmt"
	"io/fs"

	"lamplight/content"
)

// Lists lie in a register as JSON, since a value is text. A quiz names each resource once, so that 200 questions of a
// few exercises fit in 16 KiB:
//
//	lesson  [["COURSE","RESOURCE"], …]
//	quiz    {"r":[["COURSE","RESOURCE"], …], "s":[{"t":TITLE, "a":ABOUT, "x":SHUFFLED, "q":[["KEY", index in r, "ITEM", SEED], …]}, …]}

// PackRefs writes a lesson's resources; fs.ErrInvalid when they do not fit.
func PackRefs(refs []Ref) (string, error) {
	out := make([][2]string, len(refs))
	for i, r := range refs {
		out[i] = [2]string{string(r.Course), string(r.Resource)}
	}
	return packList(out)
}

// UnpackRefs reads what PackRefs wrote; none of an erased or unreadable list.
func UnpackRefs(s string) (refs []Ref) {
	var in [][2]string
	if json.Unmarshal([]byte(s), &in) != nil {
		return nil
	}
	for _, x := range in {
		if r := (Ref{content.CourseID(x[0]), content.ResourceID(x[1])}); r.check() == nil {
			refs = append(refs, r)
		}
	}
	return refs
}

type packedQuiz struct {
	Refs     [][2]string     `json:"r"`
	Sections []packedSection `json:"s"`
}

type packedSection struct {
	Title     string           `json:"t,omitempty"`
	About     string           `json:"a,omitempty"`
	Shuffled  bool             `json:"x,omitempty"`
	Questions []packedQuestion `json:"q"`
}

type packedQuestion struct {
	key  string
	ref  int
	item string
	seed uint64
}

func (q packedQuestion) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{q.key, q.ref, q.item, q.seed})
}

func (q *packedQuestion) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&q.key, &q.ref, &q.item, &q.seed})
}

// PackSections writes a quiz's sections; fs.ErrInvalid when they do not fit.
func PackSections(sections []QuizSection) (string, error) {
	var out packedQuiz
	at := map[Ref]int{}
	for _, s := range sections {
		p := packedSection{Title: s.Title, About: s.About, Shuffled: s.Shuffled}
		for _, x := range s.Questions {
			r := Ref{x.Course, x.Resource}
			if _, ok := at[r]; !ok {
				at[r] = len(out.Refs)
				out.Refs = append(out.Refs, [2]string{string(r.Course), string(r.Resource)})
			}
			p.Questions = append(p.Questions, packedQuestion{x.Key, at[r], string(x.Item), x.Seed})
		}
		out.Sections = append(out.Sections, p)
	}
	return packList(out)
}

// UnpackSections reads what PackSections wrote; none of an erased or unreadable list. Questions that cannot be are left
// out.
func UnpackSections(s string) (sections []QuizSection) {
	var in packedQuiz
	if json.Unmarshal([]byte(s), &in) != nil {
		return nil
	}
	keys := map[string]bool{}
	for _, p := range in.Sections {
		out := QuizSection{Title: p.Title, About: p.About, Shuffled: p.Shuffled}
		for _, x := range p.Questions {
			if x.ref < 0 || x.ref >= len(in.Refs) {
				continue
			}
			q := QuizQuestion{
				Key: x.key, Course: content.CourseID(in.Refs[x.ref][0]), Resource: content.ResourceID(in.Refs[x.ref][1]),
				Item: content.ItemID(x.item), Seed: x.seed,
			}
			if q.check() == nil && !keys[q.Key] {
				keys[q.Key] = true
				out.Questions = append(out.Questions, q)
			}
		}
		sections = append(sections, out)
	}
	return sections
}

func packList(v any) (string, error) {
	b, err := json.Marshal(v)
	if err == nil && len(b) > maxList {
		err = fmt.Errorf("a list of %d bytes; %d fit, so make it two: %w", len(b), maxList, fs.ErrInvalid)
	}
	return string(b), err
}
