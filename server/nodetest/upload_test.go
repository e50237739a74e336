package nodetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A sender is a teacher who sends files to a node in a process of its own.
type sender struct {
	*phone
	t     *testing.T
	data  string
	node  *child
	token string
	other *phone // a colleague
	pupil *phone
	admin *phone
}

func newSender(t *testing.T, data string) *sender {
	t.Helper()
	s := &sender{t: t, data: data}
	var made struct {
		People []struct{ Name, Role, PIN, Password string }
	}
	ask(t, data, &made, "demo", "--learners", "4", "--classes", "2", "--days", "1")
	for _, p := range made.People {
		switch {
		case p.Role == "teacher" && s.phone == nil:
			s.phone = newPhone(p.Name, p.Password, "", 1)
		case p.Role == "teacher":
			s.other = newPhone(p.Name, p.Password, "", 2)
		case p.Role == "administrator":
			s.admin = newPhone(p.Name, p.Password, "", 3)
		case p.Role == "learner":
			s.pupil = newPhone(p.Name, p.PIN, "", 4)
		}
	}
	s.start()
	for _, p := range []*phone{s.phone, s.other, s.admin, s.pupil} {
		if err := p.signIn(); err != nil {
			t.Fatal(err)
		}
	}
	s.token = s.tokenOf(s.phone)
	return s
}

func (s *sender) start() {
	s.node = serveChild(s.t, s.data, free()...)
	for _, p := range []*phone{s.phone, s.other, s.admin, s.pupil} {
		p.move(s.node.HTTP)
	}
}

var addedCourse = regexp.MustCompile(`href="/course/([0-9a-f]{32})"`)

var addToken = regexp.MustCompile(`name="token" value="([^"]+)"`)

func (s *sender) tokenOf(p *phone) string {
	s.t.Helper()
	page, err := p.get("/teach/add")
	if err != nil {
		s.t.Fatal(err)
	}
	return addToken.FindStringSubmatch(page)[1]
}

// A told is what the box tells the script.
type told struct {
	ID, URL, Problem string
	Have             int64
	Piece            int64
}

// piece posts bytes as the script does; an error means that no answer came.
func (s *sender) piece(p *phone, token, path, kind string, body io.Reader) (status int, v told, err error) {
	r, err := http.NewRequest(http.MethodPost, p.base+path, body)
	if err != nil {
		return 0, v, err
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("X-Token", token)
	answer, err := p.http.Do(r)
	if err != nil {
		return 0, v, err
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	_ = json.Unmarshal(b, &v) // a page, where it is refused
	return answer.StatusCode, v, err
}

func (s *sender) begin(name string, size int) told {
	s.t.Helper()
	form := url.Values{"token": {s.token}, "name": {name}, "size": {fmt.Sprint(size)}, "stamp": {"1"}}
	status, v, err := s.piece(s.phone, s.token, "/teach/add/piece", "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	if err != nil || status != http.StatusOK {
		s.t.Fatalf("beginning %s: %d, %+v, %v", name, status, v, err)
	}
	return v
}

// state waits until the page of a file says something.
func (s *sender) state(page, says string) string {
	s.t.Helper()
	text := ""
	Eventually(s.t, 30*time.Second, page+" says "+says, func() bool {
		text, _ = s.get(page)
		return strings.Contains(text, says)
	})
	return text
}

func (s *sender) do(page string, form url.Values) (int, string) {
	s.t.Helper()
	form.Set("token", s.token)
	status, body, err := s.phone.do(http.MethodPost, page, form)
	if err != nil {
		s.t.Fatal(err)
	}
	return status, body
}

// form sends a file as a browser without the script does.
func (s *sender) form(p *phone, token, name string, b []byte) (status int, page, at string) {
	s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	w.WriteField("token", token)
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(b)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	w.Close()
	answer, err := p.http.Post(p.base+"/teach/add", w.FormDataContentType(), &body)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(text), answer.Request.URL.Path
}

// empty checks that nothing of what was sent stays.
func (s *sender) empty(what string) {
	s.t.Helper()
	for _, dir := range []string{"sent", "uploads"} {
		left, err := os.ReadDir(filepath.Join(s.data, "run", dir))
		if err != nil {
			s.t.Fatal(err)
		}
		for _, f := range left {
			if filepath.Ext(f.Name()) != ".json" { // what was added is remembered
				s.t.Errorf("%s left run/%s/%s", what, dir, f.Name())
			}
		}
	}
}

func TestAFileComesWholeThoughTheBoxIsKilledAgainAndAgain(t *testing.T) {
	kills := 6
	if testing.Short() {
		kills = 2
	}
	rng := rand.New(rand.NewPCG(seed(t), 6))
	s := newSender(t, filepath.Join(t.TempDir(), "data"))
	path := pageZip(t, t.TempDir(), "water-cycle", 11<<20)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	x := s.begin("water-cycle.zip", len(file))
	sure, killed := int64(0), 0
	for sure < x.Have+int64(len(file)) && x.Have < int64(len(file)) {
		n := min(x.Piece, int64(len(file))-x.Have)
		at := x.Have
		last := at+n == int64(len(file))
		if killed < kills && (last || rng.IntN(2) == 0) { // the plug within a piece, and surely in the last
			killed++
			go func(node *child, wait time.Duration) { // gone before the next start: kill waits for it
				time.Sleep(wait)
				node.cmd.Process.Kill()
			}(s.node, time.Duration(rng.IntN(30))*time.Millisecond)
			slow := io.MultiReader(bytes.NewReader(file[at:at+n/2]), &pause{20 * time.Millisecond}, bytes.NewReader(file[at+n/2:at+n]))
			if status, got, err := s.piece(s.phone, s.token, fmt.Sprintf("/teach/add/piece/%s?at=%d", x.ID, at), "application/octet-stream", slow); err == nil && status == http.StatusOK {
				sure = got.Have
			}
			<-s.node.done
			s.node.cmd = nil
			s.start()
			x = s.begin("water-cycle.zip", len(file)) // as after a reload
			if x.Have < sure {
				t.Fatalf("%d bytes were acknowledged, and %d are here after kill -9", sure, x.Have)
			}
			sure = x.Have
			continue
		}
		status, got, err := s.piece(s.phone, s.token, fmt.Sprintf("/teach/add/piece/%s?at=%d", x.ID, at), "application/octet-stream", bytes.NewReader(file[at:at+n]))
		if err != nil || status != http.StatusOK || got.Have != at+n {
			t.Fatalf("a piece at %d: %d, %+v, %v", at, status, got, err)
		}
		x.Have, sure = got.Have, got.Have
	}
	t.Logf("killed %d times within a piece of %d bytes in all", killed, len(file))
	status, ended, err := s.piece(s.phone, s.token, "/teach/add/piece/"+x.ID+"?done=1", "application/octet-stream", nil)
	if err != nil || status != http.StatusOK || ended.URL == "" {
		t.Fatalf("ended: %d, %+v, %v", status, ended, err)
	}
	s.state(ended.URL, `value="start"`)
	s.node.kill() // while it waits for a yes
	s.start()
	s.state(ended.URL, `value="start"`)
	if status, page := s.do(ended.URL, url.Values{"do": {"start"}, "title": {"Water cycle"}, "licence": {"CC-BY-4.0"}, "owner": {"Ada"}}); status != http.StatusOK {
		t.Fatalf("started: %d\n%s", status, between(page, "<main", "</main>"))
	}
	page := s.state(ended.URL, `class="state can"`)
	if page, err := s.get("/course/" + addedCourse.FindStringSubmatch(page)[1]); err != nil || !strings.Contains(page, "water") {
		t.Errorf("the course: %v", err)
	}
	s.empty("what was added")
	s.node.kill()
	var verified struct{ Problems []any }
	ask(t, s.data, &verified, "library", "verify")
	if len(verified.Problems) > 0 {
		t.Errorf("it is not whole: %v", verified.Problems)
	}
}

// A pause brings nothing for a while.
type pause struct{ d time.Duration }

func (p *pause) Read([]byte) (int, error) {
	time.Sleep(p.d)
	return 0, io.EOF
}

func TestWhatIsSentIsItsSendersAndHostileFilesLeaveNothing(t *testing.T) {
	s := newSender(t, filepath.Join(t.TempDir(), "data"))
	for name, b := range map[string][]byte{
		"notes.docx": []byte("PK\x03\x04 no such thing"), "../../../etc/cron.d/x.zim": []byte("ZIM? no"), "empty.epub": nil,
		"program.exe": []byte("MZ\x90\x00"), "cut.zip": []byte("PK\x03\x04\x14\x00\x00\x00"), "table.csv": []byte("name,pin\nAda,1\n"),
		strings.Repeat("long", 90) + ".gift": []byte("no question here"), "<script>alert(1)<script>.gift": []byte("Nothing."),
	} {
		status, page, at := s.form(s.phone, s.token, name, b)
		if len(b) == 0 {
			if status != http.StatusBadRequest || !strings.Contains(page, "Choose the same file again") {
				t.Errorf("%q: %d", name, status)
			}
			continue
		}
		if status != http.StatusOK || !strings.HasPrefix(at, "/teach/add/") {
			t.Fatalf("%q: %d at %s", name, status, at)
		}
		page = s.state(at, "It was not added")
		if !strings.Contains(page, `class="problem"`) || strings.Contains(page, "<script>alert") || strings.Contains(page, s.data) {
			t.Errorf("%q: %s", name, between(page, "<main", "</main>"))
		}
		if status, page := s.do(at, url.Values{"do": {"remove"}}); status != http.StatusOK || !strings.Contains(page, "It is removed") {
			t.Errorf("%q removed: %d", name, status)
		}
	}
	if status, page, _ := s.form(s.phone, s.token, "me.gift", []byte("\xff\xd8\xff\xe0 a photo")); status != http.StatusUnprocessableEntity || !strings.Contains(page, "is a photo") {
		t.Errorf("a photo: %d", status)
	}
	s.empty("hostile files")
	s.refuses(t)
	s.theirOwn(t)
}

// refuses checks who may not send, and what is too much.
func (s *sender) refuses(t *testing.T) {
	if status, _, _ := s.form(s.pupil, "x", "a.gift", []byte("a{=b}")); status != http.StatusNotFound {
		t.Errorf("a learner sends a file: %d", status)
	}
	if status, _, _ := s.form(s.phone, "tossed", "a.gift", []byte("a{=b}")); status != http.StatusForbidden {
		t.Errorf("without its token: %d", status)
	}
	big := url.Values{"token": {s.token}, "name": {"big.zim"}, "size": {"4294967297"}}
	if status, v, err := s.piece(s.phone, s.token, "/teach/add/piece", "application/x-www-form-urlencoded", strings.NewReader(big.Encode())); err != nil || status != http.StatusRequestEntityTooLarge || v.Problem != "large" {
		t.Errorf("too large: %d, %+v, %v", status, v, err)
	}
	x := s.begin("small.zip", 10)
	if status, v, _ := s.piece(s.phone, s.token, "/teach/add/piece/"+x.ID+"?at=0", "application/octet-stream", strings.NewReader("more than ten bytes")); status != http.StatusBadRequest {
		t.Errorf("more than it has: %d, %+v", status, v)
	}
	if status, _, _ := s.piece(s.phone, s.token, "/teach/add/piece/"+x.ID+"?done=1", "application/octet-stream", nil); status != http.StatusOK {
		t.Errorf("its ten bytes: %d", status)
	}
	y := s.begin("mine.zip", 10)
	for who, p := range map[string]*phone{"a colleague": s.other, "a learner": s.pupil} {
		for _, path := range []string{"/teach/add/piece/" + y.ID, "/teach/add/" + y.ID} {
			if status, _, err := p.do(http.MethodGet, path, nil); err != nil || status != http.StatusNotFound {
				t.Errorf("%s opens %s: %d, %v", who, path, status, err)
			}
		}
	}
	if page, err := s.admin.get("/teach/add/" + y.ID); err != nil || !strings.Contains(page, s.name) {
		t.Errorf("the administrator does not see who sends: %v", err)
	}
	s.do("/teach/add/"+y.ID, url.Values{"do": {"remove"}})
}

// theirOwn checks that a teacher removes what they brought, takes it back, and changes nobody else's course.
func (s *sender) theirOwn(t *testing.T) {
	_, _, at := s.form(s.phone, s.token, "goats.gift", []byte("::g:: Which gives milk? {=goat ~hen}\n"))
	s.state(at, `value="start"`)
	s.do(at, url.Values{"do": {"start"}, "title": {"Goats"}, "licence": {"CC-BY-4.0"}, "owner": {"Ada"}})
	page := s.state(at, "Everybody at the school finds it")
	course := addedCourse.FindStringSubmatch(page)[1]
	if status, page := s.do(at, url.Values{"do": {"uncourse"}, "course": {course}}); status != http.StatusOK || !strings.Contains(page, "taken back for 30 days") {
		t.Errorf("removed: %d", status)
	}
	if status, page := s.do(at, url.Values{"do": {"restore"}, "course": {course}}); status != http.StatusOK || !strings.Contains(page, "Everybody at the school finds it") {
		t.Errorf("restored: %d", status)
	}
	_, _, again := s.form(s.phone, s.token, "hens.gift", []byte("::g:: Which gives eggs? {~goat =hen}\n"))
	if page := s.state(again, `value="start"`); !strings.Contains(page, `value="CC-BY-4.0" checked`) || !strings.Contains(page, `value="Ada"`) {
		t.Errorf("what was said of the last file is asked again: %s", between(page, "<main", "</main>"))
	}
	if status, _ := s.do(again, url.Values{"do": {"uncourse"}, "course": {s.foreign(t)}}); status != http.StatusNotFound {
		t.Errorf("a teacher removes a course that another brought: %d", status)
	}
	s.do(again, url.Values{"do": {"remove"}})
}

// foreign is a course that somebody else installed.
func (s *sender) foreign(t *testing.T) string {
	page, err := s.get("/library")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range addedCourse.FindAllStringSubmatch(page, -1) {
		return m[1]
	}
	t.Fatal("the library is empty")
	return ""
}

func TestAFullDiskTakesNoFileAndKeepsNothingOfIt(t *testing.T) {
	if testing.Short() {
		t.Skip("mounts a disk")
	}
	c := newCard(t, "tmpfs", "160")
	data := filepath.Join(c.dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "config.toml"), []byte("[content]\nreserve_mib = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newSender(t, data)
	file, err := os.ReadFile(pageZip(t, t.TempDir(), "water", 6<<20))
	if err != nil {
		t.Fatal(err)
	}
	x := s.begin("water.zip", len(file))
	if status, _, err := s.piece(s.phone, s.token, "/teach/add/piece/"+x.ID+"?at=0", "application/octet-stream", bytes.NewReader(file[:x.Piece])); err != nil || status != http.StatusOK {
		t.Fatalf("with room: %d, %v", status, err)
	}
	c.fill()
	status, v, err := s.piece(s.phone, s.token, fmt.Sprintf("/teach/add/piece/%s?at=%d", x.ID, x.Piece), "application/octet-stream", bytes.NewReader(file[x.Piece:2*x.Piece]))
	if err != nil || status != http.StatusInsufficientStorage || v.Problem != "full" || v.Have != x.Piece {
		t.Errorf("a piece on a full disk: %d, %+v, %v", status, v, err)
	}
	if status, page, _ := s.form(s.phone, s.token, "other.zip", file); status != http.StatusInsufficientStorage || !strings.Contains(page, "There is no room for") {
		t.Errorf("a form on a full disk: %d", status)
	}
	c.empty()
	x = s.begin("water.zip", len(file))
	for x.Have < int64(len(file)) {
		n := min(x.Piece, int64(len(file))-x.Have)
		status, v, err := s.piece(s.phone, s.token, fmt.Sprintf("/teach/add/piece/%s?at=%d", x.ID, x.Have), "application/octet-stream", bytes.NewReader(file[x.Have:x.Have+n]))
		if err != nil || status != http.StatusOK {
			t.Fatalf("with room again: %d, %v", status, err)
		}
		x.Have = v.Have
	}
	_, ended, _ := s.piece(s.phone, s.token, "/teach/add/piece/"+x.ID+"?done=1", "application/octet-stream", nil)
	s.state(ended.URL, `value="start"`)
	s.do(ended.URL, url.Values{"do": {"start"}})
	s.state(ended.URL, `class="state can"`)
	s.empty("what was added")
}
