package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io/fs"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// photo is a picture red at the top left, green at the top right, blue at the bottom left, white elsewhere.
func photo(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{255, 255, 255, 255}
			switch {
			case x < w/2 && y < h/2:
				c = color.NRGBA{220, 20, 20, 255}
			case y < h/2:
				c = color.NRGBA{20, 200, 20, 255}
			case x < w/2:
				c = color.NRGBA{20, 20, 220, 255}
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

// taken is a JPEG as a phone writes it: which way up, and where it was taken.
func taken(t testing.TB, img image.Image, orientation int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	exif := []byte("Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00")
	exif = binary.LittleEndian.AppendUint16(exif, uint16(orientation))
	exif = append(exif, "\x00\x00\x00\x00\x00\x00GPS 6.5244N 3.3792E"...)
	out := append([]byte{0xFF, 0xD8, 0xFF, 0xE1}, binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2))...)
	return append(append(out, exif...), b.Bytes()[2:]...)
}

func at(t *testing.T, s *Small, x, y float64) string {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(s.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Dx() != s.Width || img.Bounds().Dy() != s.Height {
		t.Errorf("says %d × %d and is %v", s.Width, s.Height, img.Bounds())
	}
	r, g, b, _ := img.At(int(x*float64(s.Width)), int(y*float64(s.Height))).RGBA()
	switch {
	case r>>8 > 150 && g>>8 > 150 && b>>8 > 150:
		return "white"
	case r > g && r > b:
		return "red"
	case g > b:
		return "green"
	}
	return "blue"
}

func TestPhotosStandUprightAndTellNothing(t *testing.T) {
	// what is seen at the top left, top right, bottom left, for each orientation of one same file
	want := map[int][3]string{
		1: {"red", "green", "blue"}, 2: {"green", "red", "white"}, 3: {"white", "blue", "green"}, 4: {"blue", "white", "red"},
		5: {"red", "blue", "green"}, 6: {"blue", "red", "white"}, 7: {"white", "green", "blue"}, 8: {"green", "white", "red"},
	}
	for turned := 1; turned <= 8; turned++ {
		s, err := Shrink(bytes.NewReader(taken(t, photo(640, 480), turned)), 320)
		if err != nil {
			t.Fatal(err)
		}
		if got := [3]string{at(t, s, .25, .25), at(t, s, .75, .25), at(t, s, .25, .75)}; got != want[turned] {
			t.Errorf("orientation %d shows %v, want %v", turned, got, want[turned])
		}
		if long, short := max(s.Width, s.Height), min(s.Width, s.Height); long != 320 || short != 240 || (s.Height > s.Width) != (turned >= 5) {
			t.Errorf("orientation %d: %d × %d", turned, s.Width, s.Height)
		}
		if bytes.Contains(s.Bytes, []byte("GPS")) || bytes.Contains(s.Bytes, []byte("Exif")) {
			t.Errorf("orientation %d: it still says where it was taken", turned)
		}
	}
}

func TestPNGsComeSmallOnWhite(t *testing.T) {
	img := photo(900, 600)
	img.SetNRGBA(10, 10, color.NRGBA{}) // clear
	for name, from := range map[string]image.Image{
		"with alpha": img, "grey": greyOf(img), "paletted": palettedOf(img), "16 bits": deepOf(img), "opaque": opaque{img},
	} {
		var b bytes.Buffer
		if err := png.Encode(&b, from); err != nil {
			t.Fatal(err)
		}
		s, err := Shrink(&b, 300)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if s.Ending != ".jpg" || s.Width != 300 || s.Height != 200 {
			t.Errorf("%s: %s of %d × %d", name, s.Ending, s.Width, s.Height)
		}
		if got := at(t, s, .75, .75); got != "white" {
			t.Errorf("%s is %s at the bottom right", name, got)
		}
		if got := at(t, s, .25, .25); name != "grey" && got != "red" {
			t.Errorf("%s is %s at the top left", name, got)
		}
	}
}

func TestASmallDrawingStaysAsItIsButForWhatItTells(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, palettedOf(photo(120, 80))); err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b.Bytes(), []byte("IDAT")) - 4
	text := "\x00\x00\x00\x0atEXtGPS\x006.52N3"
	told := append(append(append([]byte{}, b.Bytes()[:at]...), text+"\x00\x00\x00\x00"...), b.Bytes()[at:]...)
	s, err := Shrink(bytes.NewReader(told), 1280)
	if err != nil || s.Ending != ".png" || s.Width != 120 || bytes.Contains(s.Bytes, []byte("GPS")) {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestHostilePicturesAreRefused(t *testing.T) {
	whole := taken(t, photo(640, 480), 1)
	var noise bytes.Buffer
	if err := png.Encode(&noise, photo(1500, 1500)); err != nil {
		t.Fatal(err)
	}
	bomb := bytes.Clone(noise.Bytes()[:60])
	binary.BigEndian.PutUint32(bomb[16:], 1<<30)
	wide := bytes.Clone(whole)
	frame := bytes.Index(wide, []byte{0xFF, 0xC0})
	binary.BigEndian.PutUint16(wide[frame+5:], 60000)
	binary.BigEndian.PutUint16(wide[frame+7:], 60000)
	for name, b := range map[string][]byte{
		"nothing": nil, "text": []byte("<svg onload=alert(1)>"), "a program": []byte("MZ\x90\x00\x03"), "cut": whole[:len(whole)/2], "a head alone": whole[:3],
		"a PNG that is cut": noise.Bytes()[:noise.Len()/2], "a PNG's sign": []byte(pngSign), "a bomb": bomb, "60000 pixels": wide,
		"noise": []byte("\xff\xd8" + strings.Repeat("\xff\xe1\x00\x02", 50)),
	} {
		s, err := Shrink(bytes.NewReader(b), 1280)
		if err == nil || !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
}

func FuzzShrink(f *testing.F) {
	f.Add(taken(f, photo(64, 48), 6))
	var b bytes.Buffer
	png.Encode(&b, photo(80, 70))
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := Shrink(bytes.NewReader(b), 32); err == nil && max(s.Width, s.Height) > 32 && s.Ending != ".png" {
			t.Errorf("%d × %d", s.Width, s.Height)
		}
	})
}

func TestTwentyFourMegapixelsStayWithinTheirMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("makes photos of 24 megapixels")
	}
	img := photo(6000, 4000)
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	jpg := taken(t, img, 6)
	img = nil
	for _, x := range []struct {
		name string
		text []byte
		most uint64
	}{{"JPEG", jpg, 56 << 20}, {"PNG", b.Bytes(), 16 << 20}} {
		runtime.GC()
		var before runtime.MemStats
		runtime.ReadMemStats(&before)
		var peak atomic.Uint64
		stop, stopped := make(chan bool), make(chan bool)
		go func() { // ends with stop
			defer close(stopped)
			for {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak.Store(max(peak.Load(), m.HeapInuse-min(before.HeapInuse, m.HeapInuse)))
				select {
				case <-stop:
					return
				case <-time.After(5 * time.Millisecond):
				}
			}
		}()
		began := time.Now()
		s, err := Shrink(bytes.NewReader(x.text), 1280)
		took := time.Since(began)
		close(stop)
		<-stopped
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s of 24 megapixels: %d KB in, %d KB out, %d × %d, %v, %d MB of memory", x.name, len(x.text)>>10, len(s.Bytes)>>10, s.Width, s.Height, took.Round(time.Millisecond), peak.Load()>>20)
		if peak.Load() > x.most {
			t.Errorf("%s took %d MB", x.name, peak.Load()>>20)
		}
	}
}

// opaque hides that a picture may be clear, so that it is written without alpha.
type opaque struct{ image.Image }

func (o opaque) ColorModel() color.Model { return color.RGBAModel }
func (o opaque) Opaque() bool            { return true }

func greyOf(img image.Image) image.Image {
	out := image.NewGray(img.Bounds())
	drawInto(out.Set, img)
	return out
}

func palettedOf(img image.Image) image.Image {
	p := color.Palette{}
	for i := range 250 {
		p = append(p, color.NRGBA{uint8(i), 250, uint8(255 - i), 255})
	}
	p = append(p, color.NRGBA{220, 20, 20, 255}, color.NRGBA{20, 200, 20, 255}, color.NRGBA{20, 20, 220, 255}, color.NRGBA{255, 255, 255, 255}, color.NRGBA{})
	out := image.NewPaletted(img.Bounds(), p)
	drawInto(out.Set, img)
	return out
}

func deepOf(img image.Image) image.Image {
	out := image.NewNRGBA64(img.Bounds())
	drawInto(out.Set, img)
	return out
}

func drawInto(set func(x, y int, c color.Color), img image.Image) {
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			set(x, y, img.At(x, y))
		}
	}
}
