package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server"
	"lamplight/server/config"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/sync/clock"
)

// A demoPerson is a sign-in to try.
type demoPerson struct {
	Name     string `json:"name"`
	Role     string `json:"role"`
	Class    string `json:"class"`
	PIN      string `json:"pin"`
	Password string `json:"password"`

	id learning.PersonID
}

// A demoSchool is what demo made, as it prints it.
type demoSchool struct {
	School  string           `json:"school"`
	People  []demoPerson     `json:"people"`
	Courses []content.Course `json:"courses"`
}

// Given names from many places, so that nobody is left out; with family names they make 400 people.
var (
	demoGiven  = []string{"Amina", "Musa", "Lin", "Sofía", "Kofi", "Zainab", "José", "Priya", "Ali", "Grace", "Yusuf", "Mei", "Fatou", "Tomás", "Leila", "Samuel", "Nour", "Rosa", "Abebe", "Wanjiru"}
	demoFamily = []string{"Diallo", "Okello", "Chen", "Vargas", "Mensah", "Hassan", "Silva", "Sharma", "Karimi", "Njeri", "Traoré", "Haddad", "Tadesse", "Banda", "Quispe", "Rahman", "Moyo", "Keita", "Lopez", "Abdi"}
)

// demo fills an empty data folder. It opens the folder itself: the answers it makes up lie on days past, so it stamps
// them with boots of its own whose beginnings it knows.
func demo(ctx context.Context, c *call) error {
	learners, classes, days := 0, 0, 0
	words, err := c.flags(func(f *flag.FlagSet) {
		f.IntVar(&learners, "learners", 24, "")
		f.IntVar(&classes, "classes", 2, "")
		f.IntVar(&days, "days", 5, "")
	})
	if err != nil {
		return err
	}
	if len(words) > 0 || learners < 1 || learners > 5000 || classes < 1 || classes > 100 || days < 0 || days > 400 {
		return usage("demo takes 1–5000 learners, 1–100 classes, 0–400 days")
	}
	if _, err := os.Stat(filepath.Join(c.Dir, "journal")); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is not empty; demo fills an empty data folder, so name another with --data: %w", c.Dir, fs.ErrExist)
	}
	cfg, err := config.Load(c.Dir)
	if err != nil {
		return err
	}
	d := &demoMaker{clock: &clock.Manual{}, rng: rand.New(rand.NewPCG(7, 11))}
	d.clock.At.Boot = clock.NewBoot()
	quiet := slog.New(slog.NewTextHandler(c.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if d.node, err = server.Open(server.Options{Dir: c.Dir, Config: cfg, Log: quiet, Clock: d.clock}); err != nil {
		return err
	}
	made, err := d.make(ctx, learners, classes, days)
	if err = errors.Join(err, d.node.Close()); err != nil {
		return err
	}
	return c.print(made, func(w io.Writer) { sayDemo(w, made) })
}

func sayDemo(w io.Writer, s demoSchool) {
	fmt.Fprintf(w, "%s, with %d courses. Sign in with:\n", s.School, len(s.Courses))
	for i, p := range s.People {
		if i > 8 {
			fmt.Fprintf(w, "  … and %d more learners (`demo --json` prints all)\n", len(s.People)-i)
			return
		}
		secret := "PIN " + p.PIN
		if p.Password != "" {
			secret = "password " + p.Password
		}
		fmt.Fprintf(w, "  %-18s %-14s %s\n", p.Name, p.Role, secret)
	}
}

type demoMaker struct {
	node  *server.Server
	clock *clock.Manual
	rng   *rand.Rand
	made  demoSchool

	classes []learning.ClassID
}

func (d *demoMaker) make(ctx context.Context, learners, classes, days int) (demoSchool, error) {
	d.made.School = "Lakeside School"
	if err := d.node.CreateSchool(ctx, d.made.School, "en"); err != nil {
		return d.made, err
	}
	report, err := d.node.InstallStarter(ctx)
	if err != nil {
		return d.made, err
	}
	d.made.Courses = report.Courses
	if err := d.people(ctx, learners, classes); err != nil {
		return d.made, err
	}
	if err := d.history(ctx, days); err != nil {
		return d.made, err
	}
	return d.made, d.setWork(ctx)
}

func (d *demoMaker) people(ctx context.Context, learners, classes int) error {
	st, box := d.node.Store, learning.Box()
	add := func(p demoPerson, class learning.ClassID) error {
		role := learning.Role(p.Role)
		ids, err := st.AddPeople(ctx, box, store.NewPerson{Role: role, Name: p.Name, Class: class, Tile: 1 + d.rng.IntN(12)})
		if err != nil {
			return err
		}
		kind, secret := learning.PIN, p.PIN
		if p.Password != "" {
			kind, secret = learning.Password, p.Password
		}
		v, err := d.node.Auth.Verifier(ctx, kind, secret)
		if err != nil {
			return err
		}
		p.id = ids[0]
		d.made.People = append(d.made.People, p)
		return st.SetSecrets(ctx, box, store.NewSecret{Person: p.id, Kind: kind, Verifier: v})
	}
	if err := add(demoPerson{Name: "Grace Achieng", Role: "administrator", Password: "lamp-light"}, ""); err != nil {
		return err
	}
	for k := range classes {
		name := fmt.Sprintf("Class %d", k+1)
		id, err := st.AddClass(ctx, box, name, "")
		if err != nil {
			return err
		}
		d.classes = append(d.classes, id)
		teacher := demoPerson{Name: fmt.Sprintf("%s %s", demoGiven[(k*7+9)%20], demoFamily[(k*3+5)%20]), Role: "teacher", Class: name, Password: "lamp-light"}
		if err := add(teacher, id); err != nil {
			return err
		}
		for i := k; i < learners; i += classes {
			p := demoPerson{Name: fmt.Sprintf("%s %s", demoGiven[i%20], demoFamily[(i/20*7+i*3)%20]), Role: "learner", Class: name, PIN: fmt.Sprintf("%04d", (1234+i*37)%10000)}
			if err := add(p, id); err != nil {
				return err
			}
		}
		if err := d.pictures(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// pictures gives the first learner of a class a picture sequence beside the PIN: the first three, in order.
func (d *demoMaker) pictures(ctx context.Context, class learning.ClassID) error {
	tiles, err := d.node.Store.Tiles(class)
	if err != nil || len(tiles) == 0 {
		return err
	}
	v, err := d.node.Auth.Verifier(ctx, learning.Picture, "0-1-2")
	if err != nil {
		return err
	}
	return d.node.Store.SetSecrets(ctx, learning.Box(), store.NewSecret{Person: tiles[0].Person, Kind: learning.Picture, Verifier: v})
}

// history makes up answers: on each school day most learners practise one exercise for a while, getting better.
func (d *demoMaker) history(ctx context.Context, days int) error {
	exercises, course, err := d.exercises()
	if err != nil || len(exercises) == 0 {
		return err
	}
	today := time.Now().UTC().Truncate(24 * time.Hour)
	for day := range days {
		start := today.AddDate(0, 0, day-days).Add(8 * time.Hour)
		boot := clock.NewBoot()
		d.clock.At = clock.Stamp{Boot: boot}
		err := d.node.Store.Calibrate(ctx, learning.Box(), learning.Calibration{Boot: boot, Start: start, Believed: true, Source: "person"})
		if err != nil {
			return err
		}
		for i, p := range d.made.People {
			if p.Role != "learner" || d.rng.IntN(10) == 0 {
				continue
			}
			d.clock.At.MS = int64(i) * 60_000
			at := min(day+d.rng.IntN(2), len(exercises)-1)
			if err := d.practise(ctx, p.id, course, exercises[at], 0.45+0.1*float64(day%5)+0.04*float64(i%8)); err != nil {
				return err
			}
		}
	}
	d.clock.At = clock.Stamp{Boot: d.node.Device.Boot()}
	return nil
}

// exercises are those of the first starter course that has some.
func (d *demoMaker) exercises() ([]content.Exercise, content.CourseID, error) {
	for _, c := range d.made.Courses {
		if c.Items < 50 || len(c.Languages) == 0 || c.Languages[0] != "en" {
			continue
		}
		r, release, err := d.node.Library.Reader(c.ID)
		if err != nil {
			return nil, "", err
		}
		defer release()
		var out []content.Exercise
		er, ok := r.(content.ExerciseReader)
		if !ok {
			continue
		}
		err = walk(r, "", func(n content.Node) error {
			if n.Kind != content.Practice {
				return nil
			}
			e, err := er.Exercise(n.ID)
			out = append(out, e)
			return err
		})
		return out, c.ID, err
	}
	return nil, "", nil
}

func walk(r content.Reader, parent content.ResourceID, fn func(content.Node) error) error {
	nodes, _, err := r.Children(parent, 0, 1000)
	if err != nil {
		return err
	}
	for _, n := range nodes {
		if err := fn(n); err != nil {
			return err
		}
		if n.Kind == content.Topic {
			if err := walk(r, n.ID, fn); err != nil {
				return err
			}
		}
	}
	return nil
}

// practise is one sitting of one learner: six answers, right with probability p. Wrong ones are mistakes the item knows.
func (d *demoMaker) practise(ctx context.Context, who learning.PersonID, course content.CourseID, e content.Exercise, p float64) error {
	base := fmt.Sprintf("demo%09x", d.rng.Uint64N(1<<36))
	var attempts []learning.Attempt
	for n := range 6 {
		it := e.Items[d.rng.IntN(len(e.Items))]
		seed := 1 + d.rng.Uint64N(4096)
		v, err := marking.Draw(it, seed)
		if err != nil {
			return err
		}
		a := learning.Attempt{
			ID: learning.AttemptID(fmt.Sprintf("%s.%d", base, n+1)), Learner: who, Course: course, Resource: e.ID, Item: it.ID, Type: it.Type,
			Criterion: e.Criterion, Seed: seed, Tenths: 40 + d.rng.Uint64N(300),
		}
		if a.Criterion.Type == "do_all" {
			a.Criterion.N = len(e.Items)
		}
		d.answer(&a, v, d.rng.Float64() < p)
		attempts = append(attempts, a)
	}
	return d.node.Store.RecordBatch(ctx, learning.Box(), attempts, nil)
}

func (d *demoMaker) answer(a *learning.Attempt, v marking.Variant, right bool) {
	if right {
		a.Correct, a.Score, a.Given = true, content.FullScore, marking.Right(v)
		return
	}
	if m := v.Item.Mistakes; len(m) > 0 {
		k := m[d.rng.IntN(len(m))]
		a.Given, a.Error = k.Answer, k.Error
		return
	}
	for _, o := range v.Item.Options {
		if !o.Right {
			a.Given, a.Error = o.Key, o.Error
			return
		}
	}
	a.Given = "0"
}
