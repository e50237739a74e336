package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
)

var (
	ada   = Who{"ada", learning.Teacher}
	bayo  = Who{"bayo", learning.Teacher}
	chief = Who{"chief", learning.Administrator}
	today = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
)

// opened is a store in a folder of the test, on a day and with room that it may set.
func opened(t *testing.T, dir string, room *int64, now *time.Time) *Store {
	t.Helper()
	fits := func(size int64) error {
		if *room >= 0 && size > *room {
			return fmt.Errorf("no room: %w", syscall.ENOSPC)
		}
		return nil
	}
	s, err := Open(Options{Dir: filepath.Join(dir, "sent"), Files: filepath.Join(dir, "uploads"), Fits: fits, Room: fits, Now: func() (time.Time, bool) { return *now, true }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func setUp(t *testing.T) (s *Store, dir string, room *int64, now *time.Time) {
	room, now, dir = new(int64), new(time.Time), t.TempDir()
	*room, *now = -1, today
	return opened(t, dir, room, now), dir, room, now
}

func begin(t *testing.T, s *Store, who Who, name string, size int) Sent {
	t.Helper()
	x, err := s.Begin(who, name, int64(size), "1")
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// torn brings some bytes and then breaks.
func torn(b []byte) io.Reader { return io.MultiReader(bytes.NewReader(b), brokenLine{}) }

type brokenLine struct{}

func (brokenLine) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestAFileComesWholeThroughCutsAndRestarts(t *testing.T) {
	s, dir, room, now := setUp(t)
	rng := rand.New(rand.NewPCG(5, 5))
	file := make([]byte, 20<<20)
	for i := range file {
		file[i] = byte(rng.Uint32())
	}
	x := begin(t, s, ada, "goat.mp4", len(file))
	for have := int64(0); have < x.Size; {
		n := min(x.Size-have, 1+rng.Int64N(9<<20))
		piece := file[have : have+n]
		var got int64
		var err error
		switch rng.IntN(3) {
		case 0: // a cut in the middle: what came before it stays
			got, err = s.Append(ada, x.ID, have, torn(piece[:n/2]))
			if got != have+n/2 || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("a piece of %d bytes at %d, cut: %d, %v", n, have, got, err)
			}
		case 1: // the plug, with bytes that nobody was told of
			f, _ := os.OpenFile(filepath.Join(dir, "sent", x.ID+".part"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
			f.Write([]byte("half a piece"))
			f.Close()
			s = opened(t, dir, room, now)
			got = have
		default:
			got, err = s.Append(ada, x.ID, have, bytes.NewReader(piece))
			if got != have+n || err != nil {
				t.Fatalf("a piece of %d bytes at %d: %d, %v", n, have, got, err)
			}
		}
		if again := begin(t, s, ada, "goat.mp4", len(file)); again.ID != x.ID || again.Have != got {
			t.Fatalf("asked again it holds %d of %s, not %d of %s", again.Have, again.ID, got, x.ID)
		}
		have = got
	}
	x, err := s.Finish(ada, x.ID)
	if err != nil || !x.Whole {
		t.Fatalf("finished: %+v, %v", x, err)
	}
	if _, err := s.Finish(ada, x.ID); err != nil {
		t.Errorf("finished twice: %v", err)
	}
	if b, err := os.ReadFile(s.File(x)); err != nil || !bytes.Equal(b, file) {
		t.Errorf("%s is not what was sent: %d bytes, %v", s.File(x), len(b), err)
	}
	s = opened(t, dir, room, now)
	if x, err := s.Get(ada, x.ID); err != nil || !x.Whole || x.Have != x.Size || !s.Holds(x.ID) {
		t.Errorf("after a restart: %+v, %v", x, err)
	}
}

func TestAFileThatLacksAByteIsNotWhole(t *testing.T) {
	s, _, _, _ := setUp(t)
	x := begin(t, s, ada, "goat.mp4", 100)
	if _, err := s.Append(ada, x.ID, 0, bytes.NewReader(make([]byte, 99))); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Finish(ada, x.ID); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("finished at 99 of 100: %v", err)
	}
	if have, err := s.Append(ada, x.ID, 99, bytes.NewReader([]byte{1, 2})); !errors.Is(err, fs.ErrInvalid) || have != 100 {
		t.Errorf("a byte too many: %d, %v", have, err)
	}
	if have, err := s.Append(ada, x.ID, 5, bytes.NewReader([]byte{1})); !errors.Is(err, ErrOffset) || have != 100 {
		t.Errorf("a piece from elsewhere: %d, %v", have, err)
	}
	if _, err := s.Finish(ada, x.ID); err != nil {
		t.Errorf("finished: %v", err)
	}
}

func TestTheMoveToItsPlaceSurvivesThePlug(t *testing.T) {
	s, dir, room, now := setUp(t)
	x := begin(t, s, ada, "goat.mp4", 3)
	if _, err := s.Append(ada, x.ID, 0, strings.NewReader("abc")); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "uploads", x.ID), 0o700), os.Rename(filepath.Join(dir, "sent", x.ID+".part"), s.File(x))); err != nil {
		t.Fatal(err)
	}
	s = opened(t, dir, room, now) // before the record said so
	if x, err := s.Get(ada, x.ID); err != nil || !x.Whole {
		t.Errorf("after the plug: %+v, %v", x, err)
	}
}

func TestNobodySeesWhatIsNotTheirs(t *testing.T) {
	s, _, _, _ := setUp(t)
	x := begin(t, s, ada, "goat.mp4", 3)
	for _, who := range []Who{bayo, {"ada", learning.Learner}, {"ada", learning.Nobody}, {}} {
		_, errGet := s.Get(who, x.ID)
		_, errAppend := s.Append(who, x.ID, 0, strings.NewReader("abc"))
		_, errFinish := s.Finish(who, x.ID)
		errChange, errRemove := s.Change(who, x.ID, func(x *Sent) { x.By = "me" }), s.Remove(who, x.ID)
		for what, err := range map[string]error{"get": errGet, "append": errAppend, "finish": errFinish, "change": errChange, "remove": errRemove} {
			if !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%v may %s it: %v", who, what, err)
			}
		}
		if n := len(s.List(who)); n > 0 {
			t.Errorf("%v sees %d files", who, n)
		}
	}
	for _, role := range []learning.Role{learning.Learner, learning.Officer, learning.Nobody} {
		if _, err := s.Begin(Who{"eve", role}, "a.mp4", 3, ""); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("a %q may send: %v", role, err)
		}
	}
	if y := begin(t, s, bayo, "goat.mp4", 3); y.ID == x.ID {
		t.Error("two people go on with one file")
	}
	if n := len(s.List(chief)); n != 2 {
		t.Errorf("the administrator sees %d of 2 files", n)
	}
}

func TestOnePersonDoesNotFillTheBox(t *testing.T) {
	s, _, room, _ := setUp(t)
	if _, err := s.Begin(ada, "big.zim", MaxFile+1, ""); !errors.Is(err, ErrLarge) {
		t.Errorf("too large: %v", err)
	}
	for i := range 2 {
		begin(t, s, ada, fmt.Sprint("big-", i, ".zim"), MaxFile)
	}
	if _, err := s.Begin(ada, "more.zim", 1, ""); !errors.Is(err, ErrFull) {
		t.Errorf("more than %d bytes: %v", int64(MaxHeld), err)
	}
	for i := range MaxOpen {
		begin(t, s, bayo, fmt.Sprint(i, ".mp4"), 1)
	}
	if _, err := s.Begin(bayo, "more.mp4", 1, ""); !errors.Is(err, ErrFull) {
		t.Errorf("more than %d files: %v", MaxOpen, err)
	}
	*room = 2*MaxFile + 50 // the bytes that others are to send are spoken for
	if _, err := s.Begin(chief, "a.mp4", 51, ""); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("no room: %v", err)
	}
	*room = 3
	x := s.List(bayo)[0]
	if _, err := s.Append(bayo, x.ID, 0, strings.NewReader("a")); err != nil {
		t.Errorf("with room: %v", err)
	}
	*room = 0
	y := s.List(bayo)[1]
	if have, err := s.Append(bayo, y.ID, 0, strings.NewReader("a")); have != 0 || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("without room: %d, %v", have, err)
	}
}

func TestWhatNobodyGoesOnWithExpires(t *testing.T) {
	s, dir, room, now := setUp(t)
	old, kept := begin(t, s, ada, "old.mp4", 3), begin(t, s, ada, "kept.mp4", 3)
	s.Append(ada, old.ID, 0, strings.NewReader("a"))
	*now = today.Add(5 * aDay)
	s.Append(ada, kept.ID, 0, strings.NewReader("a"))
	*now = today.Add(8 * aDay)
	s.Sweep()
	if all := s.List(ada); len(all) != 1 || all[0].ID != kept.ID {
		t.Errorf("after eight days: %+v", all)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "sent", old.ID+"*")); len(left) > 0 {
		t.Errorf("what expired left %v", left)
	}
	if err := s.Remove(ada, kept.ID); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(filepath.Join(dir, "sent")); len(left) > 0 {
		t.Errorf("what was removed left %v", left)
	}
	os.WriteFile(filepath.Join(dir, "sent", "0123456789abcdef.part"), []byte("of nobody"), 0o600)
	opened(t, dir, room, now)
	if left, _ := os.ReadDir(filepath.Join(dir, "sent")); len(left) > 0 {
		t.Errorf("a start left %v", left)
	}
}

func TestAFormThatIsCutLeavesNoBytes(t *testing.T) {
	s, dir, _, _ := setUp(t)
	x, err := s.Begin(ada, "goat.mp4", -1, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(ada, x.ID, 0, torn(make([]byte, 5000))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	if err := s.Cut(ada, x.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "sent", x.ID+".part")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("its bytes: %v", err)
	}
	if _, err := s.Finish(ada, x.ID); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("it can be finished: %v", err)
	}
	y, err := s.Begin(ada, "goat.mp4", -1, "")
	if all := s.List(ada); err != nil || len(all) != 1 || all[0].ID != y.ID {
		t.Errorf("sent anew: %+v, %v", all, err)
	}
}

func TestNamesLeaveNoFolder(t *testing.T) {
	for name, want := range map[string]string{
		"goat.mp4": "goat.mp4", `C:\Users\ada\goat.mp4`: "goat.mp4", "../../etc/passwd": "passwd", "..": "", "a/": "", ".hidden": "hidden",
		"a\x00b\n.gift": "ab.gift", "kur\u202egpj.exe": "kurgpj.exe", "درس.epub": "درس.epub", "a:b?.txt": "ab.txt", "  x .pdf ": "x.pdf",
		strings.Repeat("ب", 200) + ".epub": strings.Repeat("ب", 87) + ".epub", "\xff\xfe.zim": "zim",
	} {
		if got := cleanName(name); got != want {
			t.Errorf("%q is called %q, want %q", name, got, want)
		}
	}
}

func TestWhatWasSaidIsRemembered(t *testing.T) {
	s, dir, room, now := setUp(t)
	x := begin(t, s, ada, "a.mp4", 3)
	if w := s.Remembered(ada); w.Said {
		t.Errorf("before anything was said: %+v", w)
	}
	err := s.Change(ada, x.ID, func(x *Sent) {
		x.Words = Words{Title: "Goats", Licence: "CC-BY-4.0", Owner: "Ada", Said: true}
		x.Courses = []Came{{Course: content.CourseID("c"), Title: "Goats", Own: true}}
	})
	if err != nil {
		t.Fatal(err)
	}
	s = opened(t, dir, room, now)
	if w := s.Remembered(ada); w != (Words{Licence: "CC-BY-4.0", Owner: "Ada", Said: true}) {
		t.Errorf("remembered %+v", w)
	}
	if w := s.Remembered(bayo); w.Said {
		t.Errorf("of somebody else: %+v", w)
	}
	if err := s.ForgetPerson("ada"); err != nil || len(s.List(chief)) > 0 {
		t.Errorf("forgotten: %v, %v", s.List(chief), err)
	}
}
