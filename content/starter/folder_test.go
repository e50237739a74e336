package starter

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"lamplight/content"
	"lamplight/content/pack"
)

type storedAt string

func (f storedAt) Path(string) (string, int64, error) {
	fi, err := os.Stat(string(f))
	return string(f), fi.Size(), err
}
func (storedAt) Hash(string) string { return "" }

func TestEveryStarterCourseComesBackAsItsFolder(t *testing.T) {
	ctx := context.Background()
	for _, c := range Courses() {
		plan, err := pack.PlanFS(ctx, c.FS, content.ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), c.Dir)
		if err := plan.Files[0].Make(ctx, dir+".lamp"); err != nil {
			t.Fatal(err)
		}
		r, err := pack.Format{}.Open(plan.Course, storedAt(dir+".lamp"), nil)
		if err != nil {
			t.Fatal(err)
		}
		left, err := pack.Folder(ctx, r, dir)
		r.Close()
		if err != nil || len(left) > 0 {
			t.Fatal(c.Dir, left, err)
		}
		if _, err := pack.Build(ctx, dir, dir+".again"); err != nil {
			t.Fatal(err)
		}
		want, _ := os.ReadFile(dir + ".lamp")
		got, _ := os.ReadFile(dir + ".again")
		if !bytes.Equal(got, want) {
			t.Errorf("%s: its folder builds another pack", c.Dir)
		}
	}
}
