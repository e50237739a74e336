package paper

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io/fs"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"lamplight/server/paper/papertest"
)

func read(t *testing.T, photo []byte) Result {
	t.Helper()
	p, err := Decode(bytes.NewReader(photo))
	if err != nil {
		t.Fatal(err)
	}
	return Read(p, nil)
}

// few is a photo of four cards, large and plain.
func few(seed uint64) papertest.Scene {
	s := class(seed, 4)
	s.Width, s.Height, s.Plain, s.Foreign, s.Least, s.Most, s.Roll, s.Tilt = 640, 480, true, 0, 70, 90, 8, 8
	return s
}

// withOrientation puts an Exif segment with an orientation into a JPEG.
func withOrientation(b []byte, o uint16, order binary.ByteOrder) []byte {
	t := []byte("Exif\x00\x00II")
	if order == binary.ByteOrder(binary.BigEndian) {
		t = []byte("Exif\x00\x00MM")
	}
	put := func(size int, v uint32) {
		x := make([]byte, 4)
		order.PutUint32(x, v)
		if size == 2 {
			order.PutUint16(x, uint16(v))
		}
		t = append(t, x[:size]...)
	}
	put(2, 42)
	put(4, 8)
	put(2, 2) // entries
	for _, e := range [][4]uint32{{0x010F, 2, 0, 0}, {0x0112, 3, 1, uint32(o)}} {
		put(2, e[0])
		put(2, e[1])
		put(4, e[2])
		put(2, e[3])
		put(2, 0)
	}
	put(4, 0)
	segment := append([]byte{0xFF, 0xE1, 0, 0}, t...)
	binary.BigEndian.PutUint16(segment[2:], uint16(len(t)+2))
	return append(append(append([]byte{}, b[:2]...), segment...), b[2:]...)
}

func TestAPhotoIsReadTheWayUpThatThePhoneSays(t *testing.T) {
	photo, want := few(3).Photo()
	plain := read(t, photo)
	if len(plain.Readings) != len(want) {
		t.Fatalf("%d of %d cards are read", len(plain.Readings), len(want))
	}
	// The picture is turned a quarter with the clock to be looked at: what was its left side is up, so where B was up, A is.
	for o, turned := range map[uint16]int{1: 0, 6: 1, 3: 2, 8: 3} {
		for _, order := range []binary.ByteOrder{binary.BigEndian, binary.LittleEndian} {
			got := read(t, withOrientation(photo, o, order))
			if len(got.Readings) != len(want) {
				t.Fatalf("orientation %d: %d cards are read", o, len(got.Readings))
			}
			for i, r := range got.Readings {
				if expect := Answer((int(plain.Readings[i].Answer) + 4 - turned) % 4); r.Answer != expect {
					t.Errorf("orientation %d: card %d says %s, want %s", o, r.Card, r.Answer.Letter(), expect.Letter())
				}
			}
		}
	}
}

func TestAMirroredPhotoIsReadWhereThePhoneSaysSo(t *testing.T) {
	photo, want := few(4).Photo()
	img, err := jpeg.Decode(bytes.NewReader(photo))
	if err != nil {
		t.Fatal(err)
	}
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	mirrored := image.NewGray(img.Bounds())
	for y := range h {
		for x := range w {
			mirrored.Set(w-1-x, y, img.At(x, y))
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, mirrored, nil); err != nil {
		t.Fatal(err)
	}
	if got := read(t, b.Bytes()); len(got.Readings) != 0 {
		t.Errorf("a mirrored photo of %d cards gives %+v, want nothing", len(want), got.Readings)
	}
	var c tally
	c.count(t, 4, withOrientation(b.Bytes(), 2, binary.BigEndian), want)
	if c.read != len(want) {
		t.Errorf("%d of %d cards are read", c.read, len(want))
	}
}

func TestALargePhotoIsMadeSmallerAndASmallPNGIsReadToo(t *testing.T) {
	s := class(5, 12)
	s.Width, s.Height, s.Least, s.Most = 4000, 3000, 70, 160
	photo, want := s.Photo()
	p, err := Decode(bytes.NewReader(photo))
	if err != nil {
		t.Fatal(err)
	}
	if p.width != 2048 || p.height != 1536 {
		t.Errorf("it is read at %d × %d, want 2048 × 1536", p.width, p.height)
	}
	var c tally
	c.count(t, 5, photo, want)
	if c.read != len(want) {
		t.Errorf("%d of %d cards are read", c.read, len(want))
	}
	photo, want = few(6).Photo()
	img, err := jpeg.Decode(bytes.NewReader(photo))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	c = tally{}
	c.count(t, 6, b.Bytes(), want)
	if c.read != len(want) {
		t.Errorf("%d of %d cards of a PNG are read", c.read, len(want))
	}
}

func TestHostilePicturesAreRefusedBeforeTheyTakeMemory(t *testing.T) {
	photo, _ := few(7).Photo()
	sof := bytes.Index(photo, []byte{0xFF, 0xC0})
	huge := bytes.Clone(photo)
	binary.BigEndian.PutUint16(huge[sof+5:], 60000)
	binary.BigEndian.PutUint16(huge[sof+7:], 60000)
	progressive := bytes.Clone(photo)
	progressive[sof+1] = 0xC2
	binary.BigEndian.PutUint16(progressive[sof+5:], 3000)
	binary.BigEndian.PutUint16(progressive[sof+7:], 4000)
	var bomb bytes.Buffer
	if err := png.Encode(&bomb, image.NewGray(image.Rect(0, 0, 6000, 6000))); err != nil {
		t.Fatal(err)
	}
	tiny := image.NewGray(image.Rect(0, 0, 8, 8))
	tiny.Set(1, 1, color.White)
	var small bytes.Buffer
	if err := png.Encode(&small, tiny); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		b    []byte
		kind error
	}{
		"nothing": {nil, fs.ErrInvalid}, "words": {[]byte("this is no photo"), fs.ErrInvalid}, "a header alone": {photo[:sof], fs.ErrInvalid},
		"cut in the middle": {photo[:len(photo)/3], fs.ErrInvalid}, "60000 pixels a side": {huge, errors.ErrUnsupported},
		"progressive, 12 megapixels": {progressive, errors.ErrUnsupported}, "a PNG of 36 megapixels": {bomb.Bytes(), errors.ErrUnsupported},
		"8 pixels": {small.Bytes(), fs.ErrInvalid}, "a GIF": {[]byte("GIF89a..................................."), fs.ErrInvalid},
	} {
		if _, err := Decode(bytes.NewReader(c.b)); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v, want %v", what, err, c.kind)
		}
	}
}

func TestTwiceTheSameCardWithTwoAnswersIsNotRead(t *testing.T) {
	for _, same := range []bool{true, false} {
		for seed := uint64(1); ; seed++ {
			s := few(seed)
			s.Cards = []int{9, 9}
			photo, want := s.Photo()
			if (want[0].Answer == want[1].Answer) != same {
				continue
			}
			got := read(t, photo)
			if same && (len(got.Readings) != 1 || int(got.Readings[0].Answer) != want[0].Answer) {
				t.Errorf("twice the same gives %+v, want it once", got)
			}
			if !same && (len(got.Readings) != 0 || len(got.Doubtful) != 1) {
				t.Errorf("two answers give %+v, want none and a doubt", got)
			}
			break
		}
	}
}

func TestACardHeldAtASlantIsDoubtful(t *testing.T) {
	doubtful := 0
	for seed := uint64(1); seed < 30; seed++ {
		s := few(seed)
		s.Roll, s.Tilt = 180, 5
		photo, _ := s.Photo()
		doubtful += len(read(t, photo).Doubtful)
	}
	// A card may lean up to 36 degrees to either side of each of four: a fifth of all that lean anyhow do not.
	if doubtful < 29*4/10 {
		t.Errorf("%d of %d cards that lean anyhow are doubtful, want about a fifth", doubtful, 29*4)
	}
}

// raced is set where the race detector runs.
var raced bool

// The whole process, with the runtime and the photo, as the box would have it.
func TestAPhotoTakesLittleMemory(t *testing.T) {
	if file := os.Getenv("LAMPLIGHT_READ_PHOTO"); file != "" {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		p, err := Decode(f)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("read %d", len(Read(p, nil).Readings))
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			t.Skip("no /proc here")
		}
		for line := range strings.Lines(string(status)) {
			if strings.HasPrefix(line, "VmHWM") {
				t.Log(line)
			}
		}
		return
	}
	for _, side := range []int{2048, 4000} {
		s := class(9, 40)
		s.Width, s.Height = side, side*3/4
		photo, _ := s.Photo()
		file := t.TempDir() + "/photo.jpg"
		if err := os.WriteFile(file, photo, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(os.Args[0], "-test.run", "^TestAPhotoTakesLittleMemory$", "-test.v")
		cmd.Env = append(os.Environ(), "LAMPLIGHT_READ_PHOTO="+file)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		peak := 0
		for line := range strings.Lines(string(out)) {
			if _, rest, ok := strings.Cut(line, "VmHWM:"); ok {
				peak, _ = strconv.Atoi(strings.Fields(rest)[0])
			}
		}
		t.Logf("a photo of %d pixels (%d KB): peak of the whole process %d MB", side, len(photo)>>10, peak>>10)
		if peak == 0 {
			t.Skip("no /proc here")
		}
		if peak > 64<<10 && !raced {
			t.Errorf("it takes %d MB, at most 64 are there", peak>>10)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	photo, _ := class(1, 40).Photo()
	b.ReportAllocs()
	for b.Loop() {
		p, err := Decode(bytes.NewReader(photo))
		if err != nil {
			b.Fatal(err)
		}
		if got := Read(p, nil); len(got.Readings) != 40 {
			b.Fatalf("%d cards are read", len(got.Readings))
		}
	}
}
