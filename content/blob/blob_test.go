package blob_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"github.com/zeebo/blake3"

	"lamplight/content/blob"
)

func open(t *testing.T, o blob.Options) (*blob.Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := blob.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func data(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{1})
	r.Read(b)
	return b
}

func sum(b []byte) string {
	h := blake3.Sum256(b)
	return hex.EncodeToString(h[:])
}

// leftovers are files in the store beside whole blobs.
func leftovers(t *testing.T, dir string) (out []string) {
	t.Helper()
	files, err := os.ReadDir(filepath.Join(dir, "staging"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		out = append(out, f.Name())
	}
	return out
}

func TestWhatIsPutIsReadBackWholeAndByRange(t *testing.T) {
	s, dir := open(t, blob.Options{})
	want := data(700_000)
	for range 2 { // the second put changes nothing
		hash, size, err := s.Put(context.Background(), iotest.HalfReader(bytes.NewReader(want)))
		if err != nil || hash != sum(want) || size != int64(len(want)) {
			t.Fatalf("put: %s, %d, %v", hash, size, err)
		}
	}
	f, size, err := s.Open(sum(want))
	if err != nil || size != int64(len(want)) {
		t.Fatal(size, err)
	}
	defer f.Close()
	got := make([]byte, 1000)
	if _, err := f.ReadAt(got, 300_000); err != nil || !bytes.Equal(got, want[300_000:301_000]) {
		t.Error("a range reads otherwise than it was put")
	}
	var listed []string
	s.List(func(hash string, size int64) error { listed = append(listed, hash); return nil })
	if len(listed) != 1 || listed[0] != sum(want) || len(leftovers(t, dir)) != 0 {
		t.Errorf("listed %v, left %v", listed, leftovers(t, dir))
	}
	if err := s.Delete(sum(want)); err != nil || s.Has(sum(want)) || s.Delete(sum(want)) != nil {
		t.Error("delete, or delete again, failed")
	}
}

func TestAPutThatFailsLeavesNothing(t *testing.T) {
	broken := errors.New("the stick was pulled")
	for name, c := range map[string]struct {
		o    blob.Options
		r    io.Reader
		want error
	}{
		"reader":    {blob.Options{}, io.MultiReader(bytes.NewReader(data(1<<20)), iotest.ErrReader(broken)), broken},
		"full disk": {blob.Options{Free: func(string) (int64, error) { return blob.DefaultFloor - 1, nil }}, bytes.NewReader(data(10)), syscall.ENOSPC},
	} {
		s, dir := open(t, c.o)
		if _, _, err := s.Put(context.Background(), c.r); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if left := leftovers(t, dir); len(left) != 0 {
			t.Errorf("%s left %v", name, left)
		}
	}
	s, dir := open(t, blob.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := s.Put(ctx, bytes.NewReader(data(10))); !errors.Is(err, context.Canceled) || len(leftovers(t, dir)) != 0 {
		t.Errorf("cancelled: %v", err)
	}
}

func TestABlobIsNotedBeforeItAppears(t *testing.T) {
	s, dir := open(t, blob.Options{})
	refused := errors.New("no")
	noted := ""
	_, _, err := s.PutNoted(context.Background(), bytes.NewReader(data(9)), func(hash string) error {
		noted = hash
		if s.Has(hash) {
			t.Error("it is here before it was noted")
		}
		return refused
	})
	if !errors.Is(err, refused) || noted != sum(data(9)) || s.Has(noted) || len(leftovers(t, dir)) != 0 {
		t.Errorf("%v, noted %q, left %v", err, noted, leftovers(t, dir))
	}
}

func TestVerifyFindsAFlippedBit(t *testing.T) {
	s, _ := open(t, blob.Options{})
	hash, _, _ := s.Put(context.Background(), bytes.NewReader(data(5000)))
	if err := s.Verify(context.Background(), hash); err != nil {
		t.Fatal(err)
	}
	b, _ := os.ReadFile(s.Path(hash))
	b[4000] ^= 1
	os.WriteFile(s.Path(hash), b, 0o644)
	if err := s.Verify(context.Background(), hash); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("got %v", err)
	}
}

func TestANameThatIsNoHashReachesNoFile(t *testing.T) {
	s, dir := open(t, blob.Options{})
	os.WriteFile(filepath.Join(dir, "secret"), []byte("x"), 0o600)
	for _, name := range []string{"", "secret", "../secret", strings.Repeat("/", 64), strings.Repeat("A", 64), strings.Repeat("g", 64)} {
		if s.Has(name) || s.Delete(name) == nil {
			t.Errorf("%q was taken for a blob", name)
		}
		if _, _, err := s.Open(name); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("open %q: %v", name, err)
		}
		if _, err := s.Partial(name, 1); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("partial %q: %v", name, err)
		}
	}
}

func TestOpenSweepsWhatAnInterruptedPutLeft(t *testing.T) {
	_, dir := open(t, blob.Options{})
	os.WriteFile(filepath.Join(dir, "staging", "put-1.tmp"), []byte("x"), 0o600)
	if _, err := blob.Open(dir, blob.Options{}); err != nil || len(leftovers(t, dir)) != 0 {
		t.Errorf("%v, left %v", err, leftovers(t, dir))
	}
}

func TestAdoptTakesAMadeFileAsItIs(t *testing.T) {
	s, dir := open(t, blob.Options{})
	temp, err := s.Temp()
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(temp, data(1000), 0o600)
	hash, size, err := s.Adopt(context.Background(), temp, func(string) error { return nil })
	if err != nil || hash != sum(data(1000)) || size != 1000 || !s.Has(hash) || len(leftovers(t, dir)) != 0 {
		t.Errorf("%s, %d, %v, left %v", hash, size, err, leftovers(t, dir))
	}
}

// feed gives p its missing bytes in frames of 16 KiB, at most limit bytes, and says how many were asked for.
func feed(t *testing.T, p *blob.Partial, from []byte, limit int64) (asked int64) {
	t.Helper()
	for asked < limit {
		off, n := p.Missing(0, 16<<10)
		if n == 0 {
			break
		}
		n = min(n, 16<<10)
		if _, err := p.WriteAt(from[off:off+n], off); err != nil {
			t.Fatal(err)
		}
		asked += n
	}
	return asked
}

func TestAReceiveResumesWhereItWasClosed(t *testing.T) {
	s, dir := open(t, blob.Options{})
	want := data(3<<20 + 12345)
	p, err := s.Partial(sum(want), int64(len(want)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Partial(sum(want), int64(len(want))); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second receive of the same: %v", err)
	}
	asked := feed(t, p, want, 1<<20+300<<10)
	if err := p.Finish(context.Background()); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("finished with bytes missing: %v", err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	s, _ = blob.Open(dir, blob.Options{})
	if p, err = s.Partial(sum(want), int64(len(want))); err != nil {
		t.Fatal(err)
	}
	asked += feed(t, p, want, 1<<40)
	if asked > int64(len(want))+blob.Chunk {
		t.Errorf("%d bytes were asked for, of %d", asked, len(want))
	}
	if err := p.Finish(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(context.Background(), sum(want)); err != nil || len(leftovers(t, dir)) != 0 {
		t.Errorf("%v, left %v", err, leftovers(t, dir))
	}
}

func TestChunksMayComeInAnyOrderButNotWithHoles(t *testing.T) {
	s, _ := open(t, blob.Options{})
	want := data(3*blob.Chunk + 7)
	p, _ := s.Partial(sum(want), int64(len(want)))
	if _, err := p.WriteAt(want[100:200], 100); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("a hole: %v", err)
	}
	if _, err := p.WriteAt(want[:8], int64(len(want))-4); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("past the end: %v", err)
	}
	for _, c := range []int64{3, 1, 0, 2} {
		end := min(int64(len(want)), (c+1)*blob.Chunk)
		if _, err := p.WriteAt(want[c*blob.Chunk:end], c*blob.Chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Finish(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestForgedBytesAreDroppedWhole(t *testing.T) {
	s, dir := open(t, blob.Options{})
	want := data(2 * blob.Chunk)
	p, _ := s.Partial(sum(want), int64(len(want)))
	forged := bytes.Clone(want)
	forged[5] ^= 1
	p.WriteAt(forged, 0)
	if err := p.Finish(context.Background()); !errors.Is(err, fs.ErrInvalid) || s.Has(sum(want)) || len(leftovers(t, dir)) != 0 {
		t.Errorf("%v, left %v", err, leftovers(t, dir))
	}
}

// TestAReceiveSurvivesKill kills a child that receives, again and again, and counts what is asked for twice.
func TestAReceiveSurvivesKill(t *testing.T) {
	want := data(9<<20 + 99)
	if dir := os.Getenv("BLOB_TEST_RECEIVE"); dir != "" {
		s, err := blob.Open(dir, blob.Options{})
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.Partial(sum(want), int64(len(want)))
		if err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString(fmt.Sprintf("got %d\n", p.Received()/blob.Chunk))
		feed(t, p, want, 2<<20+100<<10)
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	dir := t.TempDir()
	for round := range 3 {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestAReceiveSurvivesKill$")
		cmd.Env = append(os.Environ(), "BLOB_TEST_RECEIVE="+dir)
		out, err := cmd.Output()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("the child was not killed: %v, %s", err, out)
		}
		if line, _, _ := strings.Cut(string(out), "\n"); line != fmt.Sprintf("got %d", round*33) {
			t.Errorf("round %d began with %q chunks: every chunk that was whole must be there", round, line)
		}
	}
	s, err := blob.Open(dir, blob.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Partial(sum(want), int64(len(want)))
	if err != nil {
		t.Fatal(err)
	}
	feed(t, p, want, 1<<40)
	if err := p.Finish(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestATornListLosesOnlyWhatItDoesNotSay(t *testing.T) {
	s, dir := open(t, blob.Options{})
	want := data(4 * blob.Chunk)
	p, _ := s.Partial(sum(want), int64(len(want)))
	feed(t, p, want, 3*blob.Chunk)
	p.Close()
	list := filepath.Join(dir, "staging", sum(want)+".have")
	b, _ := os.ReadFile(list)
	if len(b) != 48 {
		t.Fatalf("the list has %d bytes, want 3 records of 12 and a mark", len(b))
	}
	os.WriteFile(list, append(b[:24], 0xff, 0xff, 0xff, 1, 2), 0o644)
	p, err := s.Partial(sum(want), int64(len(want)))
	if err != nil || p.Received() != 2*blob.Chunk {
		t.Fatalf("%d received, %v; want two chunks", p.Received(), err)
	}
	feed(t, p, want, 1<<40)
	if err := p.Finish(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// A power cut may keep the list and lose the bytes that it names: such a chunk is asked for again.
func TestAListedChunkThatIsNotThereIsNotBelieved(t *testing.T) {
	s, dir := open(t, blob.Options{})
	want := data(4 * blob.Chunk)
	p, _ := s.Partial(sum(want), int64(len(want)))
	feed(t, p, want, 3*blob.Chunk)
	base := filepath.Join(dir, "staging", sum(want))
	list, _ := os.ReadFile(base + ".have") // as it stands before any sync
	bytes, _ := os.ReadFile(base + ".part")
	p.Close()
	clear(bytes[blob.Chunk : blob.Chunk+4096]) // of the second chunk
	os.WriteFile(base+".have", list, 0o644)
	os.WriteFile(base+".part", bytes, 0o644)
	p, err := s.Partial(sum(want), int64(len(want)))
	if err != nil || p.Received() != blob.Chunk {
		t.Fatalf("%d received, %v; want the first chunk alone", p.Received(), err)
	}
	feed(t, p, want, 1<<40)
	if err := p.Finish(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestAReceiveThatDoesNotFitIsRefusedAtOnce(t *testing.T) {
	s, _ := open(t, blob.Options{Free: func(string) (int64, error) { return blob.DefaultFloor + 1000, nil }})
	if _, err := s.Partial(sum(nil), 1001); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got %v", err)
	}
	p, err := s.Partial(sum(data(1000)), 1000)
	if err != nil {
		t.Fatal(err)
	}
	p.Close()
	if err := s.Forget(sum(data(1000))); err != nil {
		t.Error(err)
	}
	if left, _ := s.Partials(); len(left) != 0 {
		t.Errorf("still here: %v", left)
	}
}

func FuzzPartialList(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 1, 2, 3, 4})
	f.Fuzz(func(t *testing.T, list []byte) {
		s, dir := open(t, blob.Options{})
		want := data(2*blob.Chunk + 1)
		p, err := s.Partial(sum(want), int64(len(want)))
		if err != nil {
			t.Fatal(err)
		}
		p.Close()
		os.WriteFile(filepath.Join(dir, "staging", sum(want)+".have"), list, 0o644)
		if p, err = s.Partial(sum(want), int64(len(want))); err != nil {
			t.Fatal(err)
		}
		feed(t, p, want, 1<<40)
		if err := p.Finish(context.Background()); err != nil {
			t.Fatalf("a list of %x: %v", list, err)
		}
	})
}
