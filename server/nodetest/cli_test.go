package nodetest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lamplight/content/importtest"
)

// object runs a command with --json and gives the one object it prints, which must have the keys.
func object(t *testing.T, data string, keys []string, args ...string) map[string]any {
	t.Helper()
	v := map[string]any{}
	ask(t, data, &v, args...)
	for _, k := range keys {
		if _, ok := v[k]; !ok {
			t.Errorf("lamplight %v: the object lacks %q: %v", args, k, slices.Sorted(maps.Keys(v)))
		}
	}
	return v
}

// rows are the objects of a list within an object, which must each have the keys.
func rows(t *testing.T, v map[string]any, list string, keys ...string) []map[string]any {
	t.Helper()
	var out []map[string]any
	all, ok := v[list].([]any)
	if !ok {
		t.Errorf("%q is %T, want a list", list, v[list])
	}
	for _, x := range all {
		row, _ := x.(map[string]any)
		for _, k := range keys {
			if _, ok := row[k]; !ok {
				t.Errorf("%s: a row lacks %q: %v", list, k, row)
			}
		}
		out = append(out, row)
	}
	return out
}

var courseKeys = []string{"id", "title", "format", "languages", "licence", "resources", "items", "bytes", "edition"}

// Every command that works on the data folder says the same whether a node runs there or not.
func TestEveryCommandWorksWithANodeAndWithout(t *testing.T) {
	for _, way := range []string{"without a node", "with a node"} {
		t.Run(way, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			made := object(t, data, []string{"school", "people", "courses"}, "demo", "--learners", "12", "--days", "5")
			rows(t, made, "people", "name", "role", "class", "pin", "password")
			rows(t, made, "courses", courseKeys...)
			if way == "with a node" {
				n := serveChild(t, data, free()...)
				defer n.stop()
			}
			allCommands(t, data, way == "with a node")
		})
	}
}

func allCommands(t *testing.T, data string, serving bool) {
	work := t.TempDir()
	if err := writeFilm(filepath.Join(work, "boat.mp4"), 1<<16, 1); err != nil {
		t.Fatal(err)
	}
	film := filepath.Join(work, "boat.mp4")
	tried := object(t, data, []string{"courses", "refused"}, "import", film, "--dry-run")
	rows(t, tried, "courses", courseKeys...)
	before := courses(t, data)
	made := rows(t, object(t, data, nil, "import", film, "--licence", "CC0-1.0", "--owner", "Nobody"), "courses", courseKeys...)
	if len(made) != 1 || courses(t, data) != before+1 {
		t.Fatalf("import gave %v, and there are %d courses", made, courses(t, data))
	}
	id := made[0]["id"].(string)
	if l, _ := made[0]["licence"].(map[string]any); l["id"] != "CC0-1.0" || l["owner"] != "Nobody" {
		t.Errorf("the licence given is %v", made[0]["licence"])
	}
	object(t, data, courseKeys, "library", "show", id)
	object(t, data, []string{"ok", "problems"}, "library", "verify", id)
	if s := run(t, "--data", data, "library", "export", id, filepath.Join(work, "out")); s.Status != 0 {
		t.Errorf("library export: %d %s", s.Status, s.Err)
	}
	hits := object(t, data, []string{"hits", "took_ms"}, "search", "boat")
	if rows(t, hits, "hits", "course", "resource", "title", "snippet", "url"); len(hits["hits"].([]any)) == 0 {
		t.Error("search does not find what was imported")
	}
	object(t, data, []string{"removed"}, "library", "remove", id)

	object(t, data, []string{"id"}, "class", "add", "Class Z")
	rows(t, object(t, data, nil, "class", "list"), "classes", "id", "name")
	who := object(t, data, []string{"id"}, "user", "add", "Zola Ngũgĩ", "--role", "learner", "--class", "Class Z", "--pin", "8642")["id"].(string)
	rows(t, object(t, data, nil, "user", "list", "--class", "Class Z"), "people", "id", "name", "role")
	object(t, data, []string{"id", "pin"}, "user", "reset", who, "--pin", "1357")
	rows(t, object(t, data, nil, "user", "cards", "--class", "Class Z"), "cards", "id", "name", "code")
	object(t, data, nil, "enrol", who, "Class 1")
	workCommands(t, data, who)
	csv := filepath.Join(work, "people.csv")
	object(t, data, nil, "user", "export", csv)
	b, err := os.ReadFile(csv)
	if err != nil || !strings.Contains(string(b), "Zola Ngũgĩ") || strings.Contains(string(b), ",1357") {
		t.Errorf("the exported list is wrong or tells secrets (%v):\n%s", err, b)
	}

	p := object(t, data, []string{"ok", "state", "events", "problems"}, "check")
	if p["ok"] != true {
		t.Errorf("check: %v", p)
	}
	object(t, data, []string{"ok", "state"}, "check", "--repair")
	object(t, data, []string{"device", "vector", "peers"}, "sync", "status")
	rows(t, object(t, data, []string{"peers"}, "peer", "list"), "peers")
	if serving {
		if c, _ := object(t, data, []string{"code"}, "peer", "invite")["code"].(string); len(strings.ReplaceAll(c, "-", "")) != 16 {
			t.Errorf("an invitation's code is %q, want 16 characters", c)
		}
	} else if s := run(t, "--data", data, "peer", "invite"); s.Status != 1 || !strings.Contains(s.Err, "serve") {
		t.Errorf("inviting without a node: %d %q", s.Status, s.Err)
	}
	object(t, data, []string{"version", "commit", "reads", "writes"}, "version")
	ownCourse(t, data, work)
	segments, err := filepath.Glob(filepath.Join(data, "journal", "seg-*"))
	if err != nil || len(segments) == 0 {
		t.Fatalf("the journal has no segments: %v", err)
	}
	if s := run(t, "segment", "dump", segments[0]); s.Status != 0 || len(s.Out) < 100 {
		t.Errorf("segment dump: status %d, %.200q %q", s.Status, s.Out, s.Err)
	}
	nameless(t, data, filepath.Join(work, "support.zip"))
}

// workCommands composes a quiz and a lesson of what demo's quiz is made of, and sets them.
func workCommands(t *testing.T, data, learner string) {
	t.Helper()
	all := rows(t, object(t, data, nil, "quiz", "list", "--class", "Class 1"), "quizzes", "id", "title", "state", "sections", "class")
	var shown struct {
		Sections []struct {
			Questions []struct{ Resource, Item string }
		}
	}
	ask(t, data, &shown, "quiz", "show", all[0]["id"].(string))
	from := shown.Sections[0].Questions[0]
	quiz := object(t, data, []string{"id", "questions", "state"}, "quiz", "add", "Three", "--class", "Class 1", "--random", "3", "--from", from.Resource)["id"].(string)
	object(t, data, []string{"id", "state"}, "quiz", "open", quiz)
	object(t, data, []string{"id", "quiz", "learner"}, "assign", quiz, "--learner", learner)
	object(t, data, []string{"id", "title", "set", "learners"}, "quiz", "show", quiz)
	object(t, data, []string{"id", "state"}, "quiz", "close", quiz)
	lesson := object(t, data, []string{"id", "resources"}, "lesson", "add", "Four", "--class", "Class 1", from.Resource)["id"].(string)
	object(t, data, []string{"id", "lesson", "class"}, "assign", lesson, "--class", "Class 1")
	object(t, data, []string{"id", "title", "resources", "set"}, "lesson", "show", lesson)
	object(t, data, []string{"removed"}, "lesson", "remove", lesson)
	rows(t, object(t, data, nil, "lesson", "list"), "lessons", "id", "title", "resources")
}

// ownCourse makes a course as a teacher does at a keyboard: new, lint, build, import.
func ownCourse(t *testing.T, data, work string) {
	t.Helper()
	for _, line := range []string{"new course ours --id ours --title Ours --lang sw", "lint ours", "build ours -o ours.lamp"} {
		if s := runIn(t, work, strings.Fields(line)...); s.Status != 0 {
			t.Fatalf("lamplight %s: status %d\n%s%s", line, s.Status, s.Out, s.Err)
		}
	}
	s := runIn(t, work, "--data", data, "import", "ours.lamp", "--json")
	var v imported
	if err := json.Unmarshal([]byte(s.Out), &v); err != nil || len(v.Courses) != 1 || v.Courses[0].Title != "Ours" {
		t.Fatalf("our own course imports as %s%s (%v)", s.Out, s.Err, err)
	}
	object(t, data, []string{"dir", "left_out"}, "library", "export", v.Courses[0].ID, filepath.Join(work, "back"), "--folder")
	if s := runIn(t, work, "build", "back", "-o", "back.lamp"); s.Status != 0 {
		t.Errorf("its folder does not build: %s", s.Err)
	}
	first, err := os.ReadFile(filepath.Join(work, "ours.lamp"))
	if again, _ := os.ReadFile(filepath.Join(work, "back.lamp")); err != nil || !bytes.Equal(first, again) {
		t.Errorf("the folder that was had back builds another pack (%v)", err)
	}
}

// nameless checks that a support file tells nobody's name.
func nameless(t *testing.T, data, path string) {
	t.Helper()
	object(t, data, nil, "support", path)
	var list struct{ People []struct{ ID, Name string } }
	ask(t, data, &list, "user", "list")
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(&all, r)
		r.Close()
	}
	if len(list.People) < 5 || all.Len() < 100 {
		t.Fatalf("%d people, %d bytes of support", len(list.People), all.Len())
	}
	for _, p := range list.People {
		given, family, _ := strings.Cut(p.Name, " ")
		for _, word := range []string{p.ID, p.Name, `"` + given + `"`, `"` + family + `"`, "Lakeside"} {
			if word != `""` && strings.Contains(all.String(), word) {
				t.Errorf("the support file says %q", word)
			}
		}
	}
}

func TestAListOfPeopleMovesFromOneBoxToAnother(t *testing.T) {
	dir := t.TempDir()
	from, to, csv := filepath.Join(dir, "from"), filepath.Join(dir, "to"), filepath.Join(dir, "people.csv")
	ask(t, from, nil, "demo", "--learners", "8", "--days", "0")
	ask(t, from, nil, "user", "export", csv)
	names := func(data string) []string {
		var list struct{ People []struct{ Name, Role string } }
		ask(t, data, &list, "user", "list")
		var out []string
		for _, p := range list.People {
			out = append(out, p.Role+" "+p.Name)
		}
		slices.Sort(out)
		return out
	}
	ask(t, to, nil, "user", "import", csv)
	ask(t, to, nil, "user", "import", csv) // again changes nothing
	if got, want := names(to), names(from); !slices.Equal(got, want) {
		t.Errorf("moved twice: %d people, want %d", len(got), len(want))
	}
	for name, text := range map[string]string{"empty.csv": "", "quote.csv": "name\n\"open", "role.csv": "name,role\nX,king\n"} {
		bad := filepath.Join(dir, name)
		if err := os.WriteFile(bad, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if s := run(t, "--data", to, "user", "import", bad); s.Status != 1 || !strings.Contains(s.Err, name) {
			t.Errorf("%s: status %d, %q; want 1 and the file's name", name, s.Status, s.Err)
		}
	}
	if got, want := names(to), names(from); !slices.Equal(got, want) {
		t.Errorf("refused lists left %d people, want %d", len(got), len(want))
	}
}

func TestTheCommandRefusesWrongUse(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	for _, line := range []string{
		"", "nonsense", "-x", "--data", "--data= check", "serve --nope", "serve extra", "serve --role king", "demo --learners 0",
		"import", "search", "library frob", "library show", "user add", "user add X --role king", "user frob", "class frob", "enrol", "lesson frob", "lesson add X", "quiz frob", "quiz add X --class Y", "assign", "assign x", "assign x --class a --learner b", "peer frob",
		"peer accept", "sync frob", "segment", "new course", "build", "lint", "preview", "check extra", "support", "bundle", "bundle export", "bundle import", "bundle frob", "backup", "restore", "doctor extra",
	} {
		args := append([]string{"--data", data}, strings.Fields(line)...)
		if strings.HasPrefix(line, "--data") || line == "" {
			args = strings.Fields(line)
		}
		s := runIn(t, t.TempDir(), args...)
		if s.Status != 2 || s.Err == "" || s.Out != "" {
			t.Errorf("lamplight %s: status %d, out %q, err %.200q; want 2 and an explanation", line, s.Status, s.Out, s.Err)
		}
	}
	for _, fails := range []string{
		"library show nope", "library remove nope", "report district", "import /nonexistent", "import /etc/passwd", "enrol a b", "user reset nobody", "assign x --class y", "quiz open x", "quiz show x", "lesson show x", "peer invite",
		"peer accept AAAA-AAAA-AAAA-AAAA", "peer revoke nope", "sync now", "segment dump /nonexistent", "segment dump /etc/passwd",
		"lint /nonexistent", "preview /nonexistent", "build /nonexistent", "support /nonexistent/x", "bundle import /nonexistent", "restore /nonexistent",
	} {
		s := runIn(t, t.TempDir(), append([]string{"--data", data}, strings.Fields(fails)...)...)
		if s.Status != 1 || s.Err+s.Out == "" {
			t.Errorf("lamplight %s: status %d, %q; want 1 and a reason", fails, s.Status, s.Err)
		}
	}
	for _, help := range []string{"--help", "help", "-h", "import --help", "serve -h", "report --help"} {
		if s := run(t, strings.Fields(help)...); s.Status != 0 || !strings.Contains(s.Out, "lamplight") {
			t.Errorf("lamplight %s: status %d, %.100q", help, s.Status, s.Out)
		}
	}
}

func TestOneProcessOwnsAFolder(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	ask(t, data, nil, "demo", "--learners", "1", "--days", "0")
	n := serveChild(t, data, free()...)
	s := run(t, append([]string{"--data", data, "serve"}, free()...)...)
	if pid := fmt.Sprint(n.cmd.Process.Pid); s.Status != 1 || !strings.Contains(s.Err, pid) || !strings.Contains(s.Err, data) {
		t.Errorf("a second node: status %d, %q; want 1, the folder and process %s", s.Status, s.Err, pid)
	}
	if s := run(t, "--data", data, "demo"); s.Status != 1 {
		t.Errorf("demo on a folder in use: status %d, %q", s.Status, s.Err)
	}
	checked(t, data)
	n.stop()
	checked(t, data)
}

func TestAFolderOfAnotherVersionIsLeftAlone(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	ask(t, data, nil, "demo", "--learners", "1", "--days", "0")
	for version, says := range map[string]string{"99\n": "newer", "0\n": "version", "soon\n": "version", "": "version"} {
		if err := os.WriteFile(filepath.Join(data, "version"), []byte(version), 0o600); err != nil {
			t.Fatal(err)
		}
		before := tree(t, data)
		delete(before, "/run/lock")
		for _, args := range [][]string{append([]string{"serve"}, free()...), {"check"}, {"user", "list"}, {"import", "/etc/passwd"}} {
			s := run(t, append([]string{"--data", data}, args...)...)
			if s.Status != 1 || !strings.Contains(s.Err, says) {
				t.Errorf("version %q, %s: status %d, %q; want 1 and %q", version, args[0], s.Status, s.Err, says)
			}
		}
		after := tree(t, data)
		delete(after, "/run/lock")
		if !maps.Equal(before, after) {
			t.Errorf("version %q: the folder was changed", version)
		}
	}
}

func TestGarbageAtTheSocketHarmsNothing(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	ask(t, data, nil, "demo", "--learners", "1", "--days", "0")
	n := serveChild(t, data, free()...)
	rng := rand.NewChaCha8([32]byte{7})
	noise := make([]byte, 3<<20)
	rng.Read(noise)
	for _, text := range []string{
		"", "\n", "{}\n", "null\n", "[]\n", `{"args":null}` + "\n", `{"args":[""]}` + "\n", `{"args":["serve"]}` + "\n", `{"args":["demo"]}` + "\n",
		`{"args":["--data","/tmp","check"]}` + "\n", `{"args":["import"],"cwd":"relative"}` + "\n", `{"args":["check","--help"]}` + "\n",
		`{"args":["user","add","\u0000","--role","learner"]}` + "\n", strings.Repeat("[", 1<<20) + "\n", string(noise), "half a line",
		`{"args":["search",` + `"` + strings.Repeat("a", 900_000) + `"]}` + "\n",
	} {
		c, err := net.Dial("unix", filepath.Join(data, "run", "lamplight.sock"))
		if err != nil {
			t.Fatalf("before %.40q: %v", text, err)
		}
		c.SetDeadline(time.Now().Add(5 * time.Second))
		io.WriteString(c, text)
		c.(*net.UnixConn).CloseWrite()
		answer, _ := io.ReadAll(io.LimitReader(c, 1<<20))
		noDump(t, fmt.Sprintf("the socket, sent %.40q,", text), string(answer))
		c.Close()
	}
	checked(t, data)
	n.stop()
}

// corpusPaths are the files and folders right below the corpus' folder.
func corpusPaths(t *testing.T, folder string) []string {
	t.Helper()
	var out []string
	dir := filepath.Join(importtest.Corpus(t), folder)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, filepath.Join(dir, e.Name()))
	}
	return out
}

// maxMemory is what an import may take, whatever it is given.
const maxMemory = 128 << 20

type imported struct {
	Courses []struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	} `json:"courses"`
	Refused []struct {
		Path   string `json:"path"`
		Reason string `json:"reason"`
	} `json:"refused"`
}

// importAll imports within bounds and gives what was said.
func importAll(t *testing.T, data string, paths ...string) imported {
	t.Helper()
	work := t.TempDir()
	s := runIn(t, work, append([]string{"--data", data, "--json", "import"}, paths...)...)
	var v imported
	if err := json.Unmarshal([]byte(s.Out), &v); err != nil || s.Status > 1 {
		t.Fatalf("import %.200v: status %d, %v\n%.500s\n%.1000s", paths, s.Status, err, s.Out, s.Err)
	}
	if s.MaxRSS > maxMemory {
		t.Errorf("import %.200v took %d MiB", paths, s.MaxRSS>>20)
	}
	if left := tree(t, work); len(left) > 0 {
		t.Errorf("import wrote outside the data folder: %v", left)
	}
	t.Logf("%d courses, %d refused, %d MiB", len(v.Courses), len(v.Refused), s.MaxRSS>>20)
	return v
}

func TestTheWholeCorpusImports(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	var folders []string
	for _, f := range []string{"zim", "epub", "pdf", "video", "audio"} {
		folders = append(folders, filepath.Join(importtest.Corpus(t), f))
	}
	v := importAll(t, data, folders...)
	if len(v.Refused) > 0 || len(v.Courses) < 20 {
		t.Errorf("%d courses; refused: %+v", len(v.Courses), v.Refused)
	}
	again := importAll(t, data, folders...)
	if len(again.Courses) != len(v.Courses) || courses(t, data) > len(v.Courses) {
		t.Errorf("imported again: %d courses, %d installed; before %d", len(again.Courses), courses(t, data), len(v.Courses))
	}
	checked(t, data)
}

func TestHostileFilesAreRefusedByNameOrSurvived(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	bad := corpusPaths(t, "bad")
	v := importAll(t, data, bad...)
	var refused []string
	for _, r := range v.Refused {
		if r.Reason == "" || r.Path == "" {
			t.Errorf("refused without a word: %+v", r)
		}
		if !slices.Contains(refused, r.Path) && r.Path != "" {
			refused = append(refused, r.Path)
		}
	}
	if len(refused) < 30 {
		t.Errorf("only %d of %d paths were refused", len(refused), len(bad))
	}
	if got := courses(t, data); got > len(v.Courses) {
		t.Errorf("%d courses are installed, %d were reported", got, len(v.Courses))
	}
	checked(t, data)
	for _, name := range slices.Collect(maps.Keys(tree(t, dir))) {
		if !strings.HasPrefix(name, "/data/") {
			t.Errorf("written outside the data folder: %s", name)
		}
	}
	clean := filepath.Join(dir, "clean")
	if v := importAll(t, clean, refused...); len(v.Courses) > 0 {
		t.Errorf("what was refused first is a course now: %+v", v.Courses)
	}
	for name := range tree(t, filepath.Join(clean, "blobs")) {
		t.Errorf("a refused import left blobs%s", name)
	}
	for name := range tree(t, filepath.Join(clean, "installed")) {
		t.Errorf("a refused import left installed%s", name)
	}
}
