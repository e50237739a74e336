package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"lamplight/content/blob"
)

func TestALargePutGoesOnWhereItWas(t *testing.T) {
	s, dir := open(t, blob.Options{})
	want := data(1 << 20)
	nothing := func(string) error { return nil }
	pulled := errors.New("the stick was pulled")
	broken := io.MultiReader(bytes.NewReader(want[:600_000]), iotest.ErrReader(pulled))
	if _, _, err := s.PutResumed(context.Background(), "key", broken, nothing); !errors.Is(err, pulled) {
		t.Fatal(err)
	}
	if n := s.Half("key"); n != 600_000 {
		t.Errorf("%d bytes stayed, want 600000", n)
	}
	s, err := blob.Open(dir, blob.Options{}) // as after a restart
	if err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(dir, "staging", "key.half")
	torn, err := os.OpenFile(half, os.O_WRONLY, 0)
	if err == nil {
		_, err = torn.WriteAt(make([]byte, 1000), 500_000) // the card lost a part
		torn.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	hash, size, err := s.PutResumed(context.Background(), "key", bytes.NewReader(want), nothing)
	if err != nil || hash != sum(want) || size != int64(len(want)) {
		t.Fatalf("%s %d %v", hash, size, err)
	}
	if err := s.Verify(context.Background(), hash); err != nil {
		t.Error(err)
	}
	if s.Half("key") != 0 {
		t.Error("the half stays")
	}
	// A source that is shorter now than what is half here.
	os.WriteFile(half, want, 0o644)
	hash, _, err = s.PutResumed(context.Background(), "key", bytes.NewReader(want[:1000]), nothing)
	if err != nil || s.Verify(context.Background(), hash) != nil || hash != sum(want[:1000]) {
		t.Errorf("shorter: %s %v", hash, err)
	}
}

func TestFewHalvesStay(t *testing.T) {
	s, dir := open(t, blob.Options{})
	for _, key := range []string{"a", "b", "c", "d", "e"} {
		s.PutResumed(context.Background(), key, io.MultiReader(bytes.NewReader(data(10)), iotest.ErrReader(io.ErrClosedPipe)), nil)
	}
	left, _ := filepath.Glob(filepath.Join(dir, "staging", "*.half"))
	if len(left) != 3 || s.Half("e") != 10 {
		t.Errorf("left: %v", left)
	}
	s.ForgetHalves()
	if s.Half("e") != 0 {
		t.Error("it was not forgotten")
	}
}
