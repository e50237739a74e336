package nodetest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lamplight/content"
)

// A weekPlan is all that happens in one school week, drawn from a seed before the first page is opened: who is there, who
// answers what, and how. The script plays it; the oracle counts it. Neither asks the other.
type weekPlan struct {
	rng      *rand.Rand
	children []*weekChild
	classes  []string
	deeds    []deed // what was answered, in the order it was
}

// A weekChild is a learner of the week.
type weekChild struct {
	name, pin string
	class     int                // place in classes
	box       int                // where they work: 0 or 1
	here      [5]string          // how they stand in the register of each day: a word of weekMarks
	skill     map[string]float64 // how likely an answer to an exercise is right
	levels    [2]int             // of the check on Monday and on Thursday, on the reading ladder; 0 not checked
	checks    []int              // levels that were really checked
	worry     bool
	repeats   bool
}

// weekMarks are the words of a register in the order in which its form numbers them from 1.
var weekMarks = []string{"present", "absent", "late", "excused"}

// A deed is one thing a child did: an answer to an exercise or in a quiz, a page read, a quiz begun or handed in.
type deed struct {
	child  int
	day    int
	kind   string // "answer", "read", "begin", "hand-in"
	at     string // an exercise's or page's id, or a quiz's title
	item   string // of an answer: the item's id in the course, of a quiz' too
	seed   string // of an answer to an exercise
	given  string // what was chosen or typed, in words
	error  string // the known mistake it is, "" none
	right  bool
	tenths int
	time   time.Time
}

// The course of the week has three exercises of six questions and three pages. Every right answer and every known mistake
// stands here, so that nothing has to be asked of the box.
type weekItem struct {
	id     string
	right  string
	wrong  []weekWrong // the first two of a number are known mistakes; a choice's are its other options
	choice bool
	rating int // 0: as the exercise's questions are
}

type weekWrong struct{ words, error string }

type weekExercise struct {
	id, title, skill string
	m, n             int
	rating           int
	items            []weekItem
}

var weekExercises = []weekExercise{
	{"adding", "Adding practice", "add", 4, 5, 900, weekSums(1)},
	{"taking", "Taking away practice", "take", 3, 4, 1050, weekSums(2)},
	{"words", "Words practice", "words", 3, 3, 1000, weekWords()},
}

// weekPages are read in lessons.
var weekPages = []string{"reading-adding", "reading-taking", "reading-words"}

func weekSums(kind int) (out []weekItem) {
	for k := range 6 {
		a, b := 11+3*k, 4+k
		right := a + b
		if kind == 2 {
			right = a - b
		}
		out = append(out, weekItem{id: fmt.Sprintf("sum-%d-%d", kind, k+1), right: fmt.Sprint(right), wrong: []weekWrong{
			{fmt.Sprint(right + 1), "one-more"}, {fmt.Sprint(right - 1), "one-less"}, {fmt.Sprint(right + 50), ""}, {fmt.Sprint(right + 60), ""},
		}})
	}
	return out
}

func weekWords() (out []weekItem) {
	for _, w := range [][4]string{
		{"sky", "blue", "green", "square"},
		{"cow", "grass", "stones", "planks"},
		{"fish", "water", "sand", "smoke"},
		{"sun", "day", "night", "never"},
		{"bird", "wings", "wheels", "roots"},
		{"tree", "leaves", "shoes", "ears"},
	} {
		out = append(out, weekItem{id: "word-" + w[0], right: w[1], choice: true, wrong: []weekWrong{{w[2], "mixed-" + w[0]}, {w[3], ""}}})
	}
	return out
}

// item finds a question of the course by its id.
func weekItemOf(id string) (*weekExercise, *weekItem) {
	for i := range weekExercises {
		for k := range weekExercises[i].items {
			if weekExercises[i].items[k].id == id {
				return &weekExercises[i], &weekExercises[i].items[k]
			}
		}
	}
	return nil, nil
}

const weekCourse = "week"

func weekCourseID() content.CourseID { return content.NewCourseID("lamplight", weekCourse) }

func weekResource(id string) content.ResourceID { return content.NewResourceID(weekCourseID(), id) }

// writeWeekCourse writes the course's folder.
func writeWeekCourse(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), weekCourse)
	files := map[string]string{
		"course.md": "---\nid: " + weekCourse + "\ntitle: A school week\nlanguage: en\nlicence: CC0-1.0\n---\nFor one week.\n",
		"skills.md": "What it teaches.\n\n## add Adding\n\n## take Taking away\n\n## words Words\n",
	}
	for i, x := range weekExercises {
		files[fmt.Sprintf("part/%02d-page.md", 2*i)] = fmt.Sprintf("---\nid: %s\ntitle: About %s\nskill: %s\n---\nRead this first.\n", weekPages[i], x.skill, x.skill)
		files[fmt.Sprintf("part/%02d-practice.md", 2*i+1)] = x.source()
	}
	for name, text := range files {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func (x *weekExercise) source() string {
	var b strings.Builder
	fmt.Fprintf(&b, "---\nkind: exercise\nid: %s\ntitle: %s\nskill: %s\nmastery: m_of_n %d/%d\nrating: %d\n---\n", x.id, x.title, x.skill, x.m, x.n, x.rating)
	for _, it := range x.items {
		if it.choice {
			fmt.Fprintf(&b, "\n## choice %s\n? What goes with %s?\n(x) %s\n", it.id, strings.TrimPrefix(it.id, "word-"), it.right)
			for _, w := range it.wrong {
				fmt.Fprintf(&b, "( ) %s", w.words)
				if w.error != "" {
					fmt.Fprintf(&b, " : %s : Look again at the %s.", w.error, strings.TrimPrefix(it.id, "word-"))
				}
				b.WriteByte('\n')
			}
			continue
		}
		fmt.Fprintf(&b, "\n## number %s\n? What is the answer to %s?\n= %s\n", it.id, it.id, it.right)
		for _, w := range it.wrong {
			if w.error != "" {
				fmt.Fprintf(&b, "! %s : %s : %s\n", w.words, w.error, weekSaid(w.error))
			}
		}
	}
	return b.String()
}

// weekSaid is what the course says of a mistake in a sum.
func weekSaid(code string) string {
	return map[string]string{"one-more": "You counted one too many.", "one-less": "You counted one too few."}[code]
}

var weekMonday = time.Date(2027, 1, 11, 0, 0, 0, 0, time.UTC)

// weekDate is a day of the week, 0 Monday.
func weekDate(day int) string { return weekMonday.AddDate(0, 0, day).Format(time.DateOnly) }

// newWeek draws a week of so many children a class.
func newWeek(seed uint64, classes, each int) *weekPlan {
	p := &weekPlan{rng: rand.New(rand.NewPCG(seed, 5))}
	for c := range classes {
		p.classes = append(p.classes, fmt.Sprintf("Class %d", 3+c))
	}
	given := []string{"Amina", "Baraka", "Chausiku", "Daudi", "Esther", "Farida", "Gabriel", "Habiba", "Isaac", "Jamila"}
	family := []string{"Achieng", "Bakari", "Chege", "Dida", "Ekiru", "Fundi", "Gitau", "Hassan", "Imara", "Juma", "Kamau", "Lwanga"}
	for i := range classes * each {
		c := &weekChild{
			name: given[i%len(given)] + " " + family[i/len(given)%len(family)], pin: fmt.Sprint(1009 + 13*i), class: i / each, box: p.rng.IntN(2),
			skill: map[string]float64{}, worry: p.rng.IntN(12) == 0, repeats: p.rng.IntN(12) == 0,
		}
		for _, x := range weekExercises {
			c.skill[x.id] = 0.15 + 0.8*p.rng.Float64()
		}
		if c.class == 0 && classes > 1 {
			c.box = 0
		}
		p.marks(c, i)
		c.levels[0] = 1 + p.rng.IntN(5)
		c.levels[1] = min(5, c.levels[0]+p.rng.IntN(2))
		p.children = append(p.children, c)
	}
	return p
}

// marks draws how a child stands in the registers: most are there, some never in the second half, some come late.
func (p *weekPlan) marks(c *weekChild, i int) {
	kind := p.rng.IntN(10)
	for day := range c.here {
		c.here[day] = "present"
		switch n := p.rng.IntN(20); {
		case kind == 0 && day >= 2, kind != 1 && n == 0:
			c.here[day] = "absent"
		case kind == 1 && n < 14:
			c.here[day] = "late"
		case n == 1:
			c.here[day] = "excused"
		}
	}
	if i == 0 { // who signs in through the browser comes every day
		c.here = [5]string{"present", "present", "present", "present", "present"}
	}
}

// isHere says that a child works on a day.
func (c *weekChild) isHere(day int) bool { return c.here[day] == "present" || c.here[day] == "late" }

// answer draws what a child says to a question.
func (p *weekPlan) answer(c *weekChild, x *weekExercise, it *weekItem) (given, mistake string, right bool) {
	if p.rng.Float64() < c.skill[x.id] {
		return it.right, "", true
	}
	w := it.wrong[min(p.rng.IntN(len(it.wrong)+1), len(it.wrong))%len(it.wrong)]
	return w.words, w.error, false
}

// csv is the roster as the school has it: children with a PIN, two teachers with a password.
func (p *weekPlan) csv() string {
	var b strings.Builder
	b.WriteString("Name,Class,Role,PIN,Password\n")
	for _, c := range p.children {
		fmt.Fprintf(&b, "%s,%s,learner,%s,\n", c.name, p.classes[c.class], c.pin)
	}
	fmt.Fprintf(&b, "Okello,\"%s\",teacher,,lamp-light\n", strings.Join(p.classes, ";"))
	return b.String()
}

// A weekLesson is a lesson of a class, and a weekQuiz a quiz. Titles tell them apart in the whole school.
type weekLesson struct {
	title  string
	class  int
	things []string
}

type weekQuiz struct {
	title string
	class int
	items []string // ids of the course's questions
}
