package pack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lamplight/content"
)

func linted(t *testing.T, fsys fs.FS) (out []string) {
	t.Helper()
	problems, err := LintFS(context.Background(), fsys)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		out = append(out, p.String())
	}
	return out
}

// TestEachMistakeOfAnAuthorIsNamedWithFileAndLine breaks the fixture in one place at a time.
func TestEachMistakeOfAnAuthorIsNamedWithFileAndLine(t *testing.T) {
	exercise := func(body string) string { return "---\nkind: exercise\nid: e\n---\n## " + body + "\n" }
	const e = "01-one/05-e.md"
	for want, files := range map[string]map[string]string{
		"course.md: error: the front matter has no title":                                                  {"course.md": "---\nid: a\nlanguage: en\n---\n"},
		"course.md:4: error: \"Klingonese!\" is no language tag":                                           {"course.md": "---\nid: a\ntitle: A\nlanguage: Klingonese!\n---\n"},
		"course.md:2: error: \"no colon\" is not \"key: value\"":                                           {"course.md": "---\nno colon\n---\n"},
		"course.md: warning: no licence is stated":                                                         {"course.md": "---\nid: a\ntitle: A\nlanguage: en\n---\n"},
		"course.md:5: warning: \"all mine\" is no licence":                                                 {"course.md": "---\nid: a\ntitle: A\nlanguage: en\nlicence: all mine\n---\n"},
		"course.md:5: warning: \"license\" means nothing here":                                             {"course.md": "---\nid: a\ntitle: A\nlanguage: en\nlicense: MIT\n---\n"},
		"01-one/10-last.md:3: error: there is no file 01-one/x.png":                                        {"01-one/10-last.md": "# T\n\n![x](x.png)\n"},
		"01-one/10-last.md:3: error: \"../../x.png\" leads out of the course":                              {"01-one/10-last.md": "# T\n\n![x](../../x.png)\n"},
		"01-one/10-last.md:3: error: \"/etc/passwd\" is not a path relative":                               {"01-one/10-last.md": "# T\n\n![x](/etc/passwd)\n"},
		"01-one/10-last.md:2: error: id \"second\" is used by 01-one/02-second.md":                         {"01-one/10-last.md": "---\nid: second\n---\n"},
		"01-one/10-last.md: error: it is not UTF-8":                                                        {"01-one/10-last.md": "\xff\xfe"},
		"01-one/10-last.md:2: error: kind \"game\" is not known":                                           {"01-one/10-last.md": "---\nkind: game\n---\n"},
		e + ":5: error: \"## number\" does not begin a question":                                           {e: exercise("number")},
		e + ":5: error: riddle r: \"riddle\" is no type":                                                   {e: exercise("riddle r\n? x")},
		e + ":7: error: \"hm\" begins with no mark":                                                        {e: exercise("text r\n? x\nhm\n= a")},
		e + ":7: error: \"let a 2\" is not":                                                                {e: exercise("number r\n? x\nlet a 2\n= 1")},
		e + ":7: error: number r: \"b\": nothing is called \"b\"":                                          {e: exercise("number r\n? x\n= {b}")},
		e + ":7: error: a known mistake is":                                                                {e: exercise("number r\n? x\n! 3\n= 1")},
		e + ":5: error: number r: there must be one answer":                                                {e: exercise("number r\n? x")},
		e + ":5: error: choice r: 2 options are marked as right":                                           {e: exercise("choice r\n? x\n(x) a\n(x) b")},
		e + ":9: error: r: mistake odd is the right answer 4 when a is 2: add a \"where\" that forbids it": {e: exercise("number r\n? x\nlet a = 1..3\n= {a+a}\n! {a*a} : odd : No")},
		e + ":8: error: r: no variant can be drawn (seed 0): item r: none of 2000 draws will do; widen the lets or loosen the conditions: where a > 3: not met": {e: exercise("number r\n? x\nlet a = 1..3\nwhere a > 3\n= {a}")},
		e + ":5: warning: r has no worked answer":                           {e: exercise("number r\n? x\n= 1")},
		e + ":5: warning: r has no variants":                                {e: exercise("number r\n? x\n= 1")},
		e + ":5: warning: r: it has only 2 variants":                        {e: exercise("number r\n? x\nlet a = 1..2\n= {a}")},
		e + ":8: error: question id \"r\" is used twice":                    {e: exercise("number r\n? x\n= 1\n## number r\n? x\n= 1")},
		e + ":6: error: there is no file 01-one/d.svg":                      {e: exercise("number r\n? ![x](d.svg)\n= 1")},
		e + ":6: error: no file is called img/no-{a}.svg":                   {e: exercise("number r\n? ![x](../img/no-{a}.svg)\nlet a = 1..3\n= 1")},
		e + ":8: error: sound: there is no file 01-one/a.ogg: put it there": {e: exercise("number r\n? x\n= 1\nsound: a.ogg")},
		e + ":3: error: requires \"nobody\", and nothing has that id":       {e: "---\nkind: exercise\nrequires: nobody\n---\n## number r\n? x\n= 1\n"},
		e + ":4: error: what is required goes round in a ring":              {e: "---\nkind: exercise\nid: e\nrequires: e\n---\n## number r\n? x\n= 1\n"},
		e + ":3: error: mastery \"often\" is not known":                     {e: "---\nkind: exercise\nmastery: often\n---\n## number r\n? x\n= 1\n"},
		e + ":3: error: mastery \"m_of_n 5/4\"":                             {e: "---\nkind: exercise\nmastery: m_of_n 5/4\n---\n## number r\n? x\n= 1\n"},
		e + ": error: the exercise has no question":                         {e: "---\nkind: exercise\n---\nwords\n"},
		e + ":2: error: the front matter is not closed":                     {e: "---\nkind: exercise"},
		e + ":7: error: r: no variant can be drawn (seed 0): item r: none of 2000 draws will do; widen the lets or loosen the conditions: let a: 3..1 is empty":    {e: exercise("number r\n? x\nlet a = 3..1\n= {a}")},
		e + ":7: error: r: no variant can be drawn (seed 0): item r: none of 2000 draws will do; widen the lets or loosen the conditions: let q: division by zero": {e: exercise("number r\n? x\nlet q = 1/0\n= {q}")},
		e + ":5: error: r: no variant can be drawn (seed 0): item r: none of 2000 draws will do; widen the lets or loosen the conditions: two options are \"4\"":   {e: exercise("choice r\n? x\nlet a = 2..2\n(x) {a+a}\n( ) {a*a}")},
		e + ":5: error: choice r: two options are \"a\"; options that are alike cannot be told apart":                                                              {e: exercise("choice r\n? x\n(x) a\n( ) a")},
		e + ":5: error: choice r: no option is marked as right; write (x)":                                                                                         {e: exercise("choice r\n? x\n( ) a\n( ) b")},
		e + ":5: error: text r: there is no answer, or an empty one (a line that begins with =":                                                                    {e: exercise("text r\n? x")},
		e + ":5: error: cloze r: the question has no gap":                                                                                                          {e: exercise("cloze r\n? x")},
		e + ":8: error: r: mistake same is the right answer cow = calf: add":                                                                                       {e: exercise("match r\n? x\n- cow = calf\n! cow = calf : same : No\n- hen = chick")},
		e + ":9: error: r: no answer can be mistake odd, \"cow = egg\": name what a learner can choose":                                                            {e: exercise("match r\n? x\n- cow = calf\n- hen = chick\n! cow = egg : odd : No")},
		e + ":8: error: r: no answer can be mistake odd, \"fish = A\"":                                                                                             {e: exercise("categorise r\n? x\n> A: cow\n! fish = A : odd : No\n> B: tree")},
		e + ":8: error: r: mistake odd is the right answer tree = B":                                                                                               {e: exercise("categorise r\n? x\n> A: cow\n! tree = B : odd : No\n> B: tree")},
		e + ":9: error: r: mistake odd is the right answer one, two":                                                                                               {e: exercise("order r\n? x\n1. one\n2. two\n! one, two : odd : No\n3. three")},
		e + ":8: error: r: no answer can be mistake odd":                                                                                                           {e: exercise("choice r\n? x\n(x) a\n! b : odd : No\n( ) b")},
		"skills.md:2: error: skill b needs \"c\", and no skill has that id: mend the name, or add a line \"## c Title\"":                                           {"skills.md": "## b B\nneeds: c\n"},
		"skills.md:5: error: skills need each other in a ring: b → a → b; take one of them out":                                                                    {"skills.md": skillsOfFixture + "## b B\nneeds: a\n## a A\nneeds: add, b\n", "01-one/topic.md": ""},
		"skills.md:2: error: skills need each other in a ring: a → a":                                                                                              {"skills.md": "## a A\nneeds: a\n"},
		"skills.md:1: error: \"##\" is not":                                                                                                                        {"skills.md": "## \n"},
		"skills.md:1: error: skill a needs a title":                                                                                                                {"skills.md": "## a\n"},
		"skills.md:1: error: \"é!\" cannot be an id":                                                                                                               {"skills.md": "## é! Title\n"},
		"skills.md:2: error: skill a is there twice: line 1 has it too":                                                                                            {"skills.md": "## a A\n## a A\n"},
		"skills.md:2: error: \"need: b\" is neither":                                                                                                               {"skills.md": "## a A\nneed: b\n"},
		"skills.md: error: it names no skill":                                                                                                                      {"skills.md": "words\n"},
		"skills.md:4: warning: no question asks for skill lone: name it":                                                                                           {"skills.md": skillsOfFixture + "## lone Alone\n"},
		"01-one/02-second.md:5: error: skill \"reading\" is not in skills.md":                                                                                      {"skills.md": "## add Adding\n## add-10 To ten\n"},
		"01-one/03-practice.md:11: error: skill \"add-10\" is not in skills.md: mend the name, or add a line \"## add-10 Title\" there":                            {"skills.md": "## reading R\n## add Adding\n"},
		"01-one/10-last.md:2: error: complete \"often\" is not known":                                                                                              {"01-one/10-last.md": "---\ncomplete: often\n---\n# T\n"},
		"01-one/10-last.md:2: error: complete \"time 900\": time takes":                                                                                            {"01-one/10-last.md": "---\ncomplete: time 900\n---\n# T\n"},
		"01-one/10-last.md:2: error: complete \"learner 3\": time takes":                                                                                           {"01-one/10-last.md": "---\ncomplete: learner 3\n---\n# T\n"},
		"01-one/10-last.md:2: error: complete \"pages 80%\" does not suit this: a page takes":                                                                      {"01-one/10-last.md": "---\ncomplete: pages 80%\n---\n# T\n"},
		e + ":3: error: complete \"time 5\" does not suit this: an exercise takes":                                                                                 {e: "---\nkind: exercise\ncomplete: time 5\n---\n## number r\n? x\n= 1\n"},
		e + ":3: error: rating \"hard\" is not a number":                                                                                                           {e: "---\nkind: exercise\nrating: hard\n---\n## number r\n? x\n= 1\n"},
		"01-one/topic.md:2: warning: complete pages: no film, sound or document":                                                                                   {"01-one/topic.md": "---\ncomplete: pages 80%, percent 50\n---\n"},
		"01-one/10-last.md:3: warning: mathematics $\\foo{1}$: \\foo is not known and is shown as written":                                                         {"01-one/10-last.md": "# T\n\n$\\foo{1}$\n"},
		e + ":5: warning: mathematics $\\frac{1$: a { is not closed":                                                                                               {e: exercise("number r\n? $\\frac{1$\n= 1")},
		e + ":5: error: cloze r: gap 1 stands inside mathematics":                                                                                                  {e: exercise("cloze r\n? $x = [[1]]$")},
		"spare.png: warning: no page or question shows it":                                                                                                         {"spare.png": "x"},
		"spare.docx: warning: files of this kind are left out":                                                                                                     {"spare.docx": "x"},
		"cover.svg: error: the drawing cannot be read":                                                                                                             {"cover.svg": "no drawing"},
	} {
		if got := linted(t, changed(t, files)); !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("want %s\ngot  %s", want, strings.Join(got, "\n     "))
		}
		_, err := PlanFS(context.Background(), changed(t, files), content.ImportOptions{})
		if isError := strings.Contains(want, ": error: "); isError != errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%s: the build says %v", want, err)
		}
	}
}

const skillsOfFixture = "## add Adding\n## add-10 To ten\n## reading Reading\n"

func TestTheFixtureHasNoErrors(t *testing.T) {
	for _, p := range linted(t, fsysOf(fixture())) {
		if strings.Contains(p, ": error: ") {
			t.Error(p)
		}
	}
}

func TestANewCourseLintsCleanAndBuilds(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mine")
	if err := New(dir, "our-school-water", "Water: where it comes from", "sw"); err != nil {
		t.Fatal(err)
	}
	problems, err := Lint(context.Background(), dir)
	if err != nil || len(problems) != 0 {
		t.Errorf("%v, %v", problems, err)
	}
	out := filepath.Join(t.TempDir(), "mine.lamp")
	c, err := Build(context.Background(), dir, out)
	if err != nil || c.Title != "Water: where it comes from" || c.Items != 3 {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := Build(context.Background(), dir, out); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second build to the same file: %v", err)
	}
	if err := New(dir, "x", "X", "en"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a course: %v", err)
	}
	for _, bad := range [][3]string{{"a b", "T", "en"}, {"a", "", "en"}, {"a", "T", "!"}} {
		if err := New(filepath.Join(t.TempDir(), "x"), bad[0], bad[1], bad[2]); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func TestALinkInACourseFolderReachesNoFileOutside(t *testing.T) {
	dir, secret := t.TempDir(), filepath.Join(t.TempDir(), "secret.png")
	os.WriteFile(secret, []byte("secret"), 0o600)
	os.WriteFile(filepath.Join(dir, "course.md"), []byte("---\nid: a\ntitle: A\nlanguage: en\n---\n![x](x.png)\n"), 0o644)
	if err := os.Symlink(secret, filepath.Join(dir, "x.png")); err != nil {
		t.Skip("no links here:", err)
	}
	_, err := (Format{}).Plan(context.Background(), dir, content.ImportOptions{})
	if !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), "x.png: error: it is a link") {
		t.Errorf("got %v", err)
	}
}

func TestAFolderThatIsTooDeepOrTooLongIsRefused(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"deep": {strings.Repeat("a/", 12) + "x.md": "x"},
		"long": {"01-one/x.md": strings.Repeat("x", maxMarkdown+1)},
		"name": {"01-one/a\nb.md": "x"},
	} {
		if _, err := PlanFS(context.Background(), changed(t, files), content.ImportOptions{}); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNamesAreInNaturalOrder(t *testing.T) {
	names := []string{"10-b", "2-a", "a", "02-c", "1", "a10", "a9"}
	slices.SortFunc(names, natural)
	if got := fmt.Sprint(names); got != "[1 02-c 2-a 10-b a a9 a10]" && got != "[1 2-a 02-c 10-b a a9 a10]" {
		t.Error(got)
	}
}

func FuzzItems(f *testing.F) {
	f.Add(practice)
	f.Add("---\nkind: exercise\n---\n## inline a\n? {{{a}*|{{b}}}} {{\\|}}\nlet a = one of \\,\n- = \n> :\n( )  : :\n")
	f.Fuzz(func(t *testing.T, text string) {
		files := fixture()
		files["01-one/03-practice.md"] = text
		if _, err := PlanFS(context.Background(), fsysOf(files), content.ImportOptions{}); err != nil && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("%v is of no kind", err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	built, _, err := build(context.Background(), fsysOf(fixture()), content.ImportOptions{})
	if err != nil {
		f.Fatal(err)
	}
	plain, err := built.index.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain)
	f.Fuzz(func(t *testing.T, index []byte) { // an index whose header is right, and whatever bytes inside
		stored := zstdFrame(index)
		path := filepath.Join(t.TempDir(), "a.lamp")
		file := append(header(lastVersion, stored, index, int64(headerSize+len(stored)+1000)), stored...)
		os.WriteFile(path, append(file, make([]byte, 1000)...), 0o600)
		p, err := openPack(path)
		if err != nil {
			if !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
				t.Fatalf("%v is of no kind", err)
			}
			return
		}
		defer p.f.Close()
		p.vet(context.Background())
		r := newReader(p.index.Course, p)
		nodes, _, _ := r.Children("", 0, 10)
		for _, n := range nodes {
			r.ReadyPage(n.ID)
			r.Exercise(n.ID)
		}
	})
}
