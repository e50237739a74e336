//go:build browser

package nodetest

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
)

// A question is what a walk asks of the node.
type question struct {
	Ask                    string
	Exercise, Item, Person string
	Seed                   string
	Quiz                   string
	N                      int // a question, or days
	Week                   weekAsk
}

// An answered is what the node tells a walk; each question fills in its own part.
type answered struct {
	Type     content.ItemType    `json:"type,omitempty"`
	Right    map[string][]string `json:"right,omitempty"` // fields of the form
	Wrong    map[string][]string `json:"wrong,omitempty"`
	Worked   bool                `json:"worked,omitempty"`
	Hints    int                 `json:"hints,omitempty"`
	Attempts int                 `json:"attempts"`
	Complete int                 `json:"complete"`
	Mastered int                 `json:"mastered"`
	Theme    string              `json:"theme"`
	Helped   int                 `json:"helped"`
	Hits     int64               `json:"hits"`
	Last     any                 `json:"last,omitempty"`
	Mistakes int                 `json:"mistakes"` // in the book
	Mended   int                 `json:"mended"`
	Tries    int                 `json:"tries"` // at a quiz; what follows is of the last
	Answered int                 `json:"answered"`
	HandedIn bool                `json:"handedIn"`
	// RightOnes is 0 until the try is handed in.
	RightOnes int       `json:"rightOnes"`
	App       appAnswer `json:"app"`
	Problem   string    `json:"problem,omitempty"`
}

func (s *site) ask(t *testing.T, text string) (a answered) {
	var q question
	err := json.Unmarshal([]byte(text), &q)
	switch q.Ask {
	case "item":
		err = s.item(q, &a)
	case "person":
		err = s.person(q, &a)
	case "outside":
		a.Hits, a.Last = s.out.hits.Load(), s.out.last.Load()
	case "app":
		err = s.app(q, &a)
	case "week":
		a.Last, err = s.week.ask(&q.Week)
	case "stop":
		s.Stop()
	case "start":
		s.Node = Start(t, s.opts)
		s.addresses()
	default:
		err = s.askOfDay(q, &a)
	}
	if err != nil {
		a.Problem = err.Error()
	}
	return a
}

// item tells the right answer of a drawn item and, where there is one, a wrong one.
func (s *site) item(q question, a *answered) error {
	seed, err := strconv.ParseUint(q.Seed, 10, 64)
	if err != nil {
		return err
	}
	return s.tellItem(a, content.ResourceID(q.Exercise), content.ItemID(q.Item), seed)
}

// rightFields fills the form as a learner who knows it would.
func rightFields(v marking.Variant) url.Values {
	it, right, r := v.Item, marking.Right(v), url.Values{}
	switch it.Type {
	case content.Many, content.HotText:
		r["r"] = strings.Split(right, ",")
	case content.Cloze, content.InlineChoice:
		for i, word := range strings.Split(right, " | ") {
			r.Set("r"+strconv.Itoa(i+1), word)
		}
	case content.Order:
		for i, key := range strings.Split(right, ",") {
			r.Set("r."+key, strconv.Itoa(i+1))
		}
	case content.Match:
		for i, p := range it.Pairs {
			for _, o := range it.Options {
				if o.Text == p.Right {
					r.Set("r."+strconv.Itoa(i), o.Key)
				}
			}
		}
	case content.Categorise:
		for _, o := range it.Options {
			r.Set("r."+o.Key, strconv.Itoa(o.Category))
		}
	default:
		r.Set("r", right)
	}
	return r
}

// wrongFields is a wrong answer, one that the course knows where there is such; nil when none can be read.
func wrongFields(v marking.Variant, right url.Values) url.Values {
	var tries []string
	for _, m := range v.Item.Mistakes {
		tries = append(tries, m.Answer)
	}
	for _, o := range v.Item.Options {
		tries = append(tries, o.Key)
	}
	switch v.Item.Type {
	case content.Number, content.Text:
		tries = append(tries, "98765")
	case content.TrueFalse:
		tries = []string{"true", "false"}
	case content.Choice:
	default:
		r := response(v, false)
		if got, err := marking.Mark(v, r); err != nil || got.Correct {
			return nil
		}
		return r
	}
	for _, r := range tries {
		if got, err := marking.Mark(v, url.Values{"r": {r}}); err == nil && !got.Correct && right.Get("r") != r {
			return url.Values{"r": {r}}
		}
	}
	return nil
}

// person tells what the record holds of a learner.
func (s *site) person(q question, a *answered) error {
	id := learning.PersonID(q.Person)
	all, err := s.Store.ProgressOf(learning.Box(), id)
	if err != nil {
		return err
	}
	for _, p := range all {
		a.Attempts += p.Attempts
		if p.Complete {
			a.Complete++
		}
		if p.Exercise == nil {
			continue
		}
		if p.Exercise.Mastered {
			a.Mastered++
		}
		for _, d := range p.Exercise.Dots {
			if d == learning.DotHinted {
				a.Helped++
			}
		}
	}
	set, err := s.Store.Settings(learning.Box(), id)
	a.Theme = set.Theme
	return err
}
