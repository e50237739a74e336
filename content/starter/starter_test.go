package starter

import (
	"context"
	"testing"

	"lamplight/content/pack"
)

func TestEveryCourseLintsClean(t *testing.T) {
	for _, c := range Courses() {
		problems, err := pack.LintFS(context.Background(), c.FS)
		if err != nil {
			t.Errorf("%s: %v", c.Dir, err)
		}
		for _, p := range problems {
			t.Errorf("%s/%s", c.Dir, p)
		}
	}
}
