package web

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"lamplight/content"
)

func painted(t *testing.T, width, height int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	noise := rand.New(rand.NewPCG(1, 2)) // so that it does not compress away
	for i := range m.Pix {
		m.Pix[i] = byte(noise.Uint32())
	}
	m.SetRGBA(0, 0, color.RGBA{})
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestACoverIsSentSmall(t *testing.T) {
	big := painted(t, 400, 300)
	f := content.File{MIME: "image/png", ETag: "e", Bytes: big, Size: int64(len(big))}
	var thumbs thumbnails
	got := thumbs.small(f)
	c, format, err := image.DecodeConfig(bytes.NewReader(got.Bytes))
	if err != nil || format != "jpeg" || c.Height != thumbSide || c.Width != 128 || got.ETag == f.ETag {
		t.Errorf("got %s of %d×%d, ETag %q: %v; want a jpeg 128×96 of another ETag", format, c.Width, c.Height, got.ETag, err)
	}
	if again := thumbs.small(f); &again.Bytes[0] != &got.Bytes[0] {
		t.Error("the second time it was made again")
	}
}

func TestWhatIsNoPictureIsSentAsItIs(t *testing.T) {
	huge := painted(t, 400, 300)
	copy(huge[16:24], []byte{0, 1, 0, 0, 0, 1, 0, 0}) // the header claims 65,536 × 65,536 pixels
	for name, b := range map[string][]byte{"noise": bytes.Repeat([]byte("no picture "), 1000), "huge": huge, "torn": painted(t, 400, 300)[:9000]} {
		f := content.File{MIME: "image/png", ETag: name, Bytes: b, Size: int64(len(b))}
		var thumbs thumbnails
		if got := thumbs.small(f); got.ETag != f.ETag {
			t.Errorf("%s: got a thumbnail, want the file itself", name)
		}
	}
}

func TestASmallCoverOutlivesARestart(t *testing.T) {
	big := painted(t, 400, 300)
	f := content.File{MIME: "image/png", ETag: "e", Bytes: big, Size: int64(len(big))}
	dir := filepath.Join(t.TempDir(), "thumbs")
	one, two := thumbnails{dir: dir}, thumbnails{dir: dir}
	want := one.small(f)
	f.Bytes = []byte("nothing that could be made small")
	if got := two.small(f); !bytes.Equal(got.Bytes, want.Bytes) {
		t.Errorf("after a restart it is made anew: %d bytes, want %d", len(got.Bytes), len(want.Bytes))
	}
	if err := os.Truncate(one.path(f), 100); err != nil {
		t.Fatal(err)
	}
	f.Bytes = big
	three := thumbnails{dir: dir}
	if got := three.small(f); !bytes.Equal(got.Bytes, want.Bytes) {
		t.Errorf("what a power cut left of one is sent: %d bytes", len(got.Bytes))
	}
}
