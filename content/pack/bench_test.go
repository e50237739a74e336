package pack

import (
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
)

func BenchmarkReadyPage(b *testing.B) {
	r := benchReader(b)
	id := content.NewResourceID(r.course.ID, "one/first")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.ReadyPage(id); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAnswer is what one answer costs here: find the exercise, draw the variant, mark the response.
func BenchmarkAnswer(b *testing.B) {
	r := benchReader(b)
	id := content.NewResourceID(r.course.ID, "practice")
	b.ReportAllocs()
	for b.Loop() {
		x, err := r.Exercise(id)
		if err != nil {
			b.Fatal(err)
		}
		v, err := marking.Draw(x.Items[0], 7)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := marking.Mark(v, map[string][]string{"r": {"12"}}); err != nil {
			b.Fatal(err)
		}
	}
}

func benchReader(b *testing.B) *reader {
	b.Helper()
	plan, err := PlanFS(b.Context(), fsysOf(fixture()), content.ImportOptions{})
	if err != nil {
		b.Fatal(err)
	}
	path := b.TempDir() + "/a.lamp"
	if err := plan.Files[0].Make(b.Context(), path); err != nil {
		b.Fatal(err)
	}
	r, err := Format{}.Open(plan.Course, stored(path), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { r.Close() })
	return r.(*reader)
}
