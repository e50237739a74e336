package pack

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
)

func TestAPackIsMadeAgainOfItsPlainForm(t *testing.T) {
	dir := t.TempDir()
	_, path := packed(t, fsysOf(fixture()))
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var plain bytes.Buffer
	if err := (Format{}).Plain(context.Background(), path, &plain); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(dir, "again")
	if err := (Format{}).FromPlain(context.Background(), bytes.NewReader(plain.Bytes()), to, int64(len(want))); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(to); !bytes.Equal(got, want) {
		t.Error("another pack was made")
	}
	for i := 12; i < plain.Len(); i += 1 + plain.Len()/400 {
		for name, b := range map[string][]byte{"cut": plain.Bytes()[:i], "changed": bytes.Clone(plain.Bytes())} {
			if name == "changed" {
				b[i] ^= 0x21
			}
			bad := filepath.Join(dir, "bad")
			if err := (Format{}).FromPlain(context.Background(), bytes.NewReader(b), bad, int64(len(want))); err == nil {
				if got, _ := os.ReadFile(bad); name == "cut" || bytes.Equal(got, want) {
					t.Fatalf("%s at %d makes the same pack", name, i)
				}
				os.Remove(bad)
			} else if _, err := os.Stat(bad); err == nil {
				t.Fatalf("%s at %d left a file", name, i)
			}
		}
	}
	if err := (Format{}).FromPlain(context.Background(), bytes.NewReader(plain.Bytes()), filepath.Join(dir, "small"), int64(len(want))-1); err == nil {
		t.Error("a pack larger than its manifest says was made")
	}
}
