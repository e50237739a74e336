package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// sampler is the corpus's largest ZIM: the one that kiwix-serve is measured on too.
const sampler = "zim/african-storybook-sampler_mul_2026-11.zim"

const learners = 200

// A person can sign in; cookie and token are set once they have.
type person struct {
	Name     string `json:"name"`
	Role     string `json:"role"`
	Class    string `json:"class"`
	PIN      string `json:"pin"`
	Password string `json:"password"`
	cookie   string
	token    string // of forms
}

// prepare fills the box's data folder: a made-up school, the whole corpus and our own course.
func (b *bench) prepare(ctx context.Context) error {
	var made struct {
		People []person `json:"people"`
	}
	days := "3"
	if b.tiny {
		days = "1"
	}
	if err := b.command(ctx, b.data(), &made, "demo", "--learners", fmt.Sprint(learners), "--days", days); err != nil {
		return err
	}
	for _, p := range made.People {
		if p.Role == "learner" && len(b.people) < learners {
			b.people = append(b.people, p)
		}
	}
	film := int64(100 << 20)
	if b.tiny {
		film = 8 << 20
	}
	var err error
	folder := filepath.Join(b.dir, "sidebyside")
	if b.course, err = writeCourse(folder, film); err != nil {
		return err
	}
	paths := []string{"import", folder}
	if _, err := os.Stat(b.corpus); err == nil {
		paths = append(paths, b.corpus)
	} else {
		b.table.note("no corpus: %v", err)
	}
	var report struct {
		Courses []struct {
			ID     string `json:"id"`
			Format string `json:"format"`
			Bytes  int64  `json:"bytes"`
		} `json:"courses"`
		Refused []struct{ Path, Reason string } `json:"refused"`
	}
	if err := b.command(ctx, b.data(), &report, paths...); err != nil {
		return err
	}
	for _, r := range report.Refused {
		if r.Path == folder {
			return fmt.Errorf("our own course is refused: %s", r.Reason)
		}
	}
	var largest int64
	for _, c := range report.Courses {
		if c.Format == "zim" && c.Bytes > largest {
			largest, b.samplerID = c.Bytes, c.ID
		}
	}
	b.table.note("%d courses are installed beside the school's own", len(report.Courses))
	return errors.Join(os.RemoveAll(folder), b.readAll(ctx))
}

// readAll lets the box read all it holds into its search index, once, so that the parts measure a box at rest.
func (b *bench) readAll(ctx context.Context) error {
	made, err := b.index(ctx, b.data())
	b.table.note("what is installed was read into the search index in %.0f s", made.wall.Seconds())
	return err
}

// data is the box's data folder, on the counted file system where there is one.
func (b *bench) data() string {
	if b.loop != nil {
		return filepath.Join(b.loop.dir, "data")
	}
	return filepath.Join(b.dir, "data")
}

// command runs lamplight and reads what it prints. Of an import that refuses some files the status is 1 and the JSON
// still whole.
func (b *bench) command(ctx context.Context, data string, into any, args ...string) error {
	cmd := exec.CommandContext(ctx, b.lamplight, append([]string{"--data", data, "--json"}, args...)...)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	ran := cmd.Run()
	if err := json.Unmarshal(out.Bytes(), into); err != nil {
		return fmt.Errorf("lamplight %s: %w: %.400s", args[0], errors.Join(ran, err), problems.String())
	}
	return nil
}

// A node is a running lamplight.
type node struct {
	*child
	player string // HOST:PORT
}

// serve starts lamplight on a data folder with settings of its own ("" the defaults) and waits until it listens.
func (b *bench) serve(data, settings string, env ...string) (*node, error) {
	n, err := b.launch(data, settings, env...)
	if err != nil {
		return nil, err
	}
	if err := n.wait(); err != nil {
		n.stop()
		return nil, err
	}
	return n, nil
}

func (b *bench) launch(data, settings string, env ...string) (*node, error) {
	if err := os.WriteFile(filepath.Join(data, "config.toml"), []byte(settings), 0o600); err != nil {
		return nil, err
	}
	var addrs [3]string
	for i := range addrs {
		var err error
		if addrs[i], err = freeAddr(); err != nil {
			return nil, err
		}
	}
	c, err := b.startChild("lamplight", addrs[0], append(env, "LAMPLIGHT_LOG=error"),
		b.lamplight, "--data", data, "--json", "serve", "--http", addrs[0], "--player", addrs[1], "--sync", addrs[2])
	if err != nil {
		return nil, err
	}
	return &node{c, addrs[1]}, nil
}

// signIn signs people in who have not, four at a time, as in a class that begins: their sessions outlive a restart.
func (b *bench) signIn(ctx context.Context, n *node, people []person) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	for i := range people {
		group.Go(func() error { return people[i].signIn(ctx, n.addr) })
	}
	return group.Wait()
}

var visitor = &http.Client{
	Timeout:       time.Minute,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

var tokenField = regexp.MustCompile(`name="token" value="([^"]+)"`)

func (p *person) signIn(ctx context.Context, addr string) error {
	secret := p.PIN + p.Password // one of them is empty
	form := url.Values{"name": {p.Name}, "secret": {secret}}.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+"/login", strings.NewReader(form))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	a, err := visitor.Do(r)
	if err != nil {
		return err
	}
	a.Body.Close()
	for _, c := range a.Cookies() {
		if c.Name == "lamplight" {
			p.cookie = c.Name + "=" + c.Value
		}
	}
	if a.StatusCode != http.StatusSeeOther || p.cookie == "" {
		return fmt.Errorf("signing in as %s: %s", p.Name, a.Status)
	}
	page, err := fetch(ctx, "http://"+addr+"/settings", p.cookie)
	if err != nil {
		return err
	}
	m := tokenField.FindSubmatch(page)
	if m == nil {
		return fmt.Errorf("no form's token on the settings page of %s", p.Name)
	}
	p.token = string(m[1])
	return nil
}

// fetch reads a page whole, unpacked.
func fetch(ctx context.Context, address, cookie string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	a, err := visitor.Do(r)
	if err != nil {
		return nil, err
	}
	defer a.Body.Close()
	if a.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", address, a.Status)
	}
	return io.ReadAll(bufio.NewReader(a.Body))
}

// get is a request as browsers send it, whole.
func get(addr, path string, headers ...string) []byte {
	s := "GET " + path + " HTTP/1.1\r\nHost: " + addr + "\r\nAccept-Encoding: gzip, deflate\r\n"
	for _, h := range headers {
		if h != "" {
			s += h + "\r\n"
		}
	}
	return []byte(s + "\r\n")
}
