package nodetest

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lamplight/server"
	"lamplight/sync/device"
)

// restoreInto brings a backup back into a new folder.
func restoreInto(t *testing.T, file []byte, k server.BackupKey) (dir string, err error) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	_, err = server.Restore(context.Background(), dir, bytes.NewReader(file), k, nil)
	return dir, err
}

// left lists what lies in a data folder besides what its lock needs.
func left(t *testing.T, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != "run" {
			out = append(out, e.Name())
		}
	}
	return out
}

func TestAnOldBackupOnNewHardwareLosesNothingAndReusesNoNumber(t *testing.T) {
	a := Start(t, Options{})
	school(t, a)
	grace := a.Browser()
	grace.SignIn("Grace", "lamp-light")
	words := sheetWords(t, grace)
	answerOn(t, a)
	answerOn(t, a)
	path := filepath.Join(t.TempDir(), "box.age")
	made, err := a.Backup(t.Context(), server.BackupOrder{Path: path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	b := Start(t, Options{Join: []string{a.Listening.Sync}})
	pair(t, a, b)
	for range 3 { // what the backup knows nothing of
		answerOn(t, a)
	}
	together(t, 30*time.Second, a, b)
	id, epoch := a.Device.ID(), a.Device.Epoch()
	a.Stop()

	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, %d bytes", made.Files, made.Bytes)
	dir, err := restoreInto(t, file, server.BackupKey{Words: strings.ToUpper(words)})
	if err != nil {
		t.Fatal(err)
	}
	r := Start(t, Options{Dir: dir})
	if r.Device.ID() != id || r.Device.Epoch() <= epoch {
		t.Errorf("restored as %s in epoch %d, want %s after epoch %d", r.Device.ID(), r.Device.Epoch(), id, epoch)
	}
	if got := aminasAnswers(t, r); got != 2 {
		t.Errorf("%d answers in the backup, want 2", got)
	}
	answerOn(t, r) // before it met anybody
	pair(t, r, b)  // which tells the new address; they are of one school already
	if _, err := b.Meet(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	together(t, 30*time.Second, r, b)
	answerOn(t, b)
	answerOn(t, r)
	together(t, 10*time.Second, r, b)
	for _, n := range []*Node{r, b} {
		if got := aminasAnswers(t, n); got != 8 {
			t.Errorf("%d answers are counted, want 2 + 3 + 1 + 2", got)
		}
		if f := n.Records.Forks(); len(f) > 0 {
			t.Errorf("streams forked: %+v", f)
		}
		report, files, err := n.Check(t.Context(), false)
		if err != nil || len(report.Problems)+len(files) > 0 {
			t.Errorf("check: %v %v, %v", report.Problems, files, err)
		}
	}
}

func TestABackupIsTakenWholeWithItsKeyOrNotAtAll(t *testing.T) {
	a := Start(t, Options{})
	school(t, a)
	path := filepath.Join(t.TempDir(), "box.age")
	if _, err := a.Backup(t.Context(), server.BackupOrder{Path: path}, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without sheet or passphrase: %v", err)
	}
	order := server.BackupOrder{Path: path, Key: server.BackupKey{Passphrase: "a lamp at noon"}, Records: true}
	if _, err := a.Backup(t.Context(), order, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Backup(t.Context(), order, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over another backup: %v", err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(file, []byte("Grace")) {
		t.Error("a name can be read in it")
	}
	for name, x := range map[string]struct {
		file []byte
		key  server.BackupKey
		want error
	}{
		"another passphrase":    {file, server.BackupKey{Passphrase: "a lamp at night"}, fs.ErrPermission},
		"words, not passphrase": {file, server.BackupKey{Words: device.NewRecovery().Words()}, fs.ErrPermission},
		"half of it":            {file[:len(file)/2], order.Key, fs.ErrInvalid},
		"all but a byte":        {file[:len(file)-1], order.Key, fs.ErrInvalid},
		"a byte changed":        {flipped(file, len(file)-70000), order.Key, fs.ErrInvalid},
		"something else":        {[]byte("no backup"), order.Key, fs.ErrInvalid},
		"nothing":               {nil, order.Key, fs.ErrInvalid},
	} {
		dir, err := restoreInto(t, x.file, x.key)
		if !errors.Is(err, x.want) {
			t.Errorf("%s: %v, want %v", name, err, x.want)
		}
		if names := left(t, dir); len(names) > 0 {
			t.Errorf("%s leaves %v", name, names)
		}
	}
	if _, err := server.Restore(t.Context(), a.Dir(), bytes.NewReader(file), order.Key, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("into the folder of a node: %v", err)
	}
	dir, err := restoreInto(t, file, order.Key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.Restore(t.Context(), dir, bytes.NewReader(file), order.Key, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second time: %v", err)
	}
	r := Start(t, Options{Dir: dir})
	r.Browser().SignIn("Grace", "lamp-light")
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[max(at, 300)] ^= 1
	return b
}
