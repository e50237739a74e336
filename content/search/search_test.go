package search

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"lamplight/content"
)

func testIndex(t *testing.T) *Index {
	t.Helper()
	x, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// A page is a resource of a test's library.
type page struct {
	lang, title, text string
}

func add(t *testing.T, x *Index, course string, languages []string, pages ...page) {
	t.Helper()
	c := content.Course{ID: content.CourseID(course), Edition: "1", Title: "The course " + course, Languages: languages}
	if err := x.Begin(c); err != nil {
		t.Fatal(err)
	}
	for i, p := range pages {
		d := Document{Course: c.ID, Resource: content.ResourceID(fmt.Sprintf("%s-%d", course, i)), Kind: content.Page, Title: p.title, Language: p.lang}
		text := func(yield func(content.Passage) bool) error { yield(content.Passage{Text: p.text}); return nil }
		if err := x.AddWhole(d, text); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range []error{x.Headed(c.ID), x.Finished(c.ID), x.Flush()} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func ask(t *testing.T, x *Index, q Query) Results {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 10
	}
	out, err := x.Search(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func titles(r Results) (out []string) {
	for _, h := range r.Hits {
		out = append(out, h.Title)
	}
	return out
}

func TestEveryScriptIsFoundAsPeopleTypeIt(t *testing.T) {
	x := testIndex(t)
	add(t, x, "all", []string{"mul"},
		page{"en", "Plants", "Photosynthesis turns light into food. Children were running home."},
		page{"fr", "École", "Les élèves mangent à l'école. L'eau est claire."},
		page{"sw", "Mtoto", "Ng'ombe wanakula majani. Watoto wanacheza shuleni."},
		page{"ar", "المدرسة", "ذَهَبَ الأولادُ إلى المدرسةِ الكبيرة في الصباح. كتــاب"},
		page{"hi", "पानी", "लड़कियाँ पानी पीती हैं। किताबें मेज़ पर हैं।"},
		page{"bn", "বই", "ছেলেরা বই পড়ে। গাছের পাতা সবুজ।"},
		page{"zh", "光合作用", "植物利用阳光制造养分。"},
		page{"ja", "学校", "子どもたちは学校で日本語を勉強します。コンピューター"},
		page{"am", "ፀሐይ", "ፀሐይ ዛሬ ሞቃት ነው። ዓለም ትልቅ ናት።"},
		page{"am", "ፍየል፣ ዉሻና ላም", "ፍየል፣ ዉሻና ላም ጥሩ ጓደኛሞች ነበሩ። ሹፌሩ ለዉሻው መልስ ሰጣት። ቁጥር"},
		page{"th", "น้ำ", "เด็กนักเรียนดื่มน้ำที่โรงเรียน"},
		page{"my", "ရေ", "ကလေးများသည် ကျောင်းသို့ သွားကြသည်။"},
		page{"pt", "Ação", "As crianças estão nas escolas."},
		page{"es", "Niños", "Los niños jugaban con pelotas."},
		page{"vi", "Nước", "Học sinh uống nước."},
	)
	for _, c := range []struct{ typed, want string }{
		{"photosynthesis", "Plants"},
		{"PHOTOSYNTHESIS", "Plants"},
		{"child", "Plants"},
		{"runs", "Plants"},
		{"ecole", "École"},
		{"élève", "École"},
		{"eau", "École"},
		{"l’eau", "École"},
		{"ng'ombe", "Mtoto"},
		{"ngombe", "Mtoto"},
		{"mtoto", "Mtoto"},
		{"watoto", "Mtoto"},
		{"مدرسه", "المدرسة"},
		{"الاولاد", "المدرسة"},
		{"كتاب", "المدرسة"},
		{"اولاد", "المدرسة"},
		{"लड़की", "पानी"},
		{"लडकियाँ", "पानी"},
		{"किताब", "पानी"},
		{"पानी", "पानी"},
		{"গাছ", "বই"},
		{"ছেলে", "বই"},
		{"阳光", "光合作用"},
		{"光合", "光合作用"},
		{"制造养分", "光合作用"},
		{"学校", "学校"},
		{"日本語", "学校"},
		{"ｺﾝﾋﾟｭｰﾀｰ", "学校"},
		{"ጸሃይ", "ፀሐይ"},
		{"አለም", "ፀሐይ"},
		{"ዓለም", "ፀሐይ"},
		{"ውሻ", "ፍየል፣ ዉሻና ላም"},
		{"ውሻና ላም", "ፍየል፣ ዉሻና ላም"},
		{"ጐደኛሞች", "ፍየል፣ ዉሻና ላም"},
		{"ቊጥር", "ፍየል፣ ዉሻና ላም"},
		{"โรงเรียน", "น้ำ"},
		{"นักเรียน", "น้ำ"},
		{"ကျောင်း", "ရေ"},
		{"escola", "Ação"},
		{"acao", "Ação"},
		{"nino", "Niños"},
		{"pelota", "Niños"},
		{"nuoc", "Nước"},
	} {
		got := titles(ask(t, x, Query{Text: c.typed}))
		if len(got) == 0 || got[0] != c.want {
			t.Errorf("%q found %v, want %s first", c.typed, got, c.want)
		}
	}
}

func TestTitlesComeBeforeTextAndExactBeforeStems(t *testing.T) {
	x := testIndex(t)
	add(t, x, "c", []string{"en"},
		page{"en", "Cooking", strings.Repeat("Boil the water. ", 6)},
		page{"en", "Water", "A clear liquid."},
		page{"en", "The water we drink every day at home", "Rivers and wells."},
		page{"en", "Watering plants", "In the evening."},
	)
	if got := titles(ask(t, x, Query{Text: "water"})); !slices.Equal(got[:2], []string{"Water", "The water we drink every day at home"}) {
		t.Errorf("water found %v", got)
	}
	if got := titles(ask(t, x, Query{Text: "watering"})); got[0] != "Watering plants" {
		t.Errorf("watering found %v", got)
	}
}

func TestWhatHasAllWordsIsFoundAndOneHitAResource(t *testing.T) {
	x := testIndex(t)
	long := strings.Repeat("The lion sleeps in the grass. ", 400) + "A crocodile bites the lion near the river. " + strings.Repeat("The monkey climbs. ", 300)
	add(t, x, "c", []string{"en"}, page{"en", "Lion", "A lion."}, page{"en", "Long", long}, page{"en", "Crocodile", "A crocodile."})
	out := ask(t, x, Query{Text: "crocodile lion"})
	if got := titles(out); got[0] != "Long" || len(got) != 3 {
		t.Errorf("found %v", got)
	}
	if s := out.Hits[0].Snippet; !strings.Contains(s.Text, "A crocodile bites the lion near the river.") || len(s.Marks) < 2 {
		t.Errorf("snippet %q %v", s.Text, s.Marks)
	}
	add(t, x, "zh", []string{"zh"}, page{"zh", "故事", "母鸡和老鹰是好朋友。"})
	if got := ask(t, x, Query{Text: "鸡"}).Hits[0].Snippet.Marked("[", "]", func(s string) string { return s }); got != "母[鸡]和老鹰是好朋友。" {
		t.Errorf("a single letter is marked %q", got)
	}
	if got := out.Hits[0].Snippet.Marked("[", "]", func(s string) string { return s }); !strings.Contains(got, "A [crocodile] bites the [lion] near") {
		t.Errorf("marked %q", got)
	}
}

func TestSlipsOfTheFingerAreForgiven(t *testing.T) {
	x := testIndex(t)
	add(t, x, "c", []string{"en", "fr"}, page{"en", "Photosynthesis", "Plants make food."}, page{"fr", "Crocodile", "Un grand reptile."}, page{"en", "Water", "Water is wet."})
	for _, c := range []struct{ typed, want, meant string }{
		{"photosinthesis", "Photosynthesis", "photosynthesis"},
		{"phtosynthesys", "Photosynthesis", "photosynthesis"},
		{"crocdile", "Crocodile", "crocodile"},
		{"corcodile", "Crocodile", "crocodile"},
		{"watr wet", "Water", "water wet"},
	} {
		out := ask(t, x, Query{Text: c.typed})
		if got := titles(out); len(got) == 0 || got[0] != c.want || out.Meant != c.meant {
			t.Errorf("%q found %v, meant %q; want %s, %q", c.typed, got, out.Meant, c.want, c.meant)
		}
	}
	if out := ask(t, x, Query{Text: "zzzzqqqq"}); out.Total != 0 || out.Meant != "" {
		t.Errorf("nonsense found %v, meant %q", titles(out), out.Meant)
	}
	if got := titles(ask(t, x, Query{Text: "photosyn"})); len(got) == 0 || got[0] != "Photosynthesis" {
		t.Errorf("a word only begun found %v", got)
	}
}

func TestSuggestionsBeginWithWhatIsTyped(t *testing.T) {
	x := testIndex(t)
	add(t, x, "c", []string{"en"}, page{"en", "Photosynthesis", "x"}, page{"en", "Photographs of plants", "x"}, page{"en", "Plants", "photo"}, page{"zh", "光合作用", "x"})
	for typed, want := range map[string][]string{
		"p": {"Photosynthesis", "Plants", "Photographs of plants"}, "pho": {"Photosynthesis", "Photographs of plants"},
		"photosy": {"Photosynthesis"}, "plants phot": {"Photographs of plants"}, "光": {"光合作用"}, "光合": {"光合作用"}, "xyz": nil,
	} {
		hits, err := x.Suggest(context.Background(), Query{Text: typed, Limit: 8})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range hits {
			got = append(got, h.Title)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q suggests %v, want %v", typed, got, want)
		}
	}
}

func TestFacetsCountWhatWouldBeFound(t *testing.T) {
	x := testIndex(t)
	add(t, x, "a", []string{"en", "sw"}, page{"en", "Water one", "x"}, page{"en", "Water two", "x"}, page{"sw", "Water maji", "x"})
	add(t, x, "b", []string{"en"}, page{"en", "Water three", "x"})
	out := ask(t, x, Query{Text: "water", Counts: true})
	if out.Total != 4 || out.Counts[content.LanguageFacet]["en"] != 3 || out.Counts[content.LanguageFacet]["sw"] != 1 || out.Counts[content.CourseFacet]["a"] != 3 {
		t.Errorf("%d found, counts %v", out.Total, out.Counts)
	}
	out = ask(t, x, Query{Text: "water", Counts: true, Where: map[content.Facet][]string{content.LanguageFacet: {"sw"}}})
	if got := titles(out); !slices.Equal(got, []string{"Water maji"}) || out.Counts[content.LanguageFacet]["en"] != 3 || out.Counts[content.CourseFacet]["a"] != 1 || out.Counts[content.CourseFacet]["b"] != 0 {
		t.Errorf("in Swahili %v, counts %v", got, out.Counts)
	}
	out = ask(t, x, Query{Text: "water", Where: map[content.Facet][]string{content.CourseFacet: {"b"}}})
	if got := titles(out); !slices.Equal(got, []string{"Water three"}) {
		t.Errorf("in course b %v", got)
	}
}

func TestWhatIsForTeachersIsNotFoundByLearners(t *testing.T) {
	x := testIndex(t)
	add(t, x, "a", []string{"en"}, page{"en", "Water", "x"})
	if err := x.AddWhole(Document{Course: "a", Resource: "key", Kind: content.Page, Title: "Water answer key", Language: "en", Staff: true}, func(func(content.Passage) bool) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := x.Flush(); err != nil {
		t.Fatal(err)
	}
	if out := ask(t, x, Query{Text: "water", Counts: true}); out.Total != 1 || out.Counts[content.KindFacet]["page"] != 1 {
		t.Errorf("learners find %v, counts %v", titles(out), out.Counts)
	}
	if out := ask(t, x, Query{Text: "water", Staff: true}); out.Total != 2 {
		t.Errorf("teachers find %v", titles(out))
	}
	hits, err := x.Suggest(context.Background(), Query{Text: "answ", Limit: 5})
	if err != nil || len(hits) != 0 {
		t.Errorf("learners are suggested %v, %v", hits, err)
	}
}

func TestARemovedCourseIsForgottenAndANewEditionReplacesIt(t *testing.T) {
	dir := t.TempDir()
	x, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	add(t, x, "a", []string{"en"}, page{"en", "Water", "old words"})
	add(t, x, "b", []string{"en"}, page{"en", "Fire", "hot water"})
	if err := x.Begin(content.Course{ID: "a", Edition: "2", Title: "A", Languages: []string{"en"}}); err != nil {
		t.Fatal(err)
	}
	if err := x.AddWhole(Document{Course: "a", Resource: "n", Kind: content.Page, Title: "Wells", Language: "en"}, func(yield func(content.Passage) bool) error {
		yield(content.Passage{Text: "deep water"})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := x.Flush(); err != nil {
		t.Fatal(err)
	}
	got := titles(ask(t, x, Query{Text: "water"}))
	slices.Sort(got)
	if !slices.Equal(got, []string{"Fire", "Wells"}) {
		t.Errorf("after the new edition: %v", got)
	}
	if err := x.Remove("b"); err != nil {
		t.Fatal(err)
	}
	x.Close()
	if x, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if got := titles(ask(t, x, Query{Text: "water"})); !slices.Equal(got, []string{"Wells"}) {
		t.Errorf("after removal and opening again: %v", got)
	}
	if left := whole(t, x); left != 2 {
		t.Errorf("%d headings left in the files, want 2", left)
	}
}

func TestSegmentsJoinedFindTheSame(t *testing.T) {
	x := testIndex(t)
	for i := range 3 * mergeFan {
		add(t, x, fmt.Sprint("c", i), []string{"en"}, page{"en", fmt.Sprint("Water ", i), fmt.Sprintf("number%d well", i)})
	}
	if n := len(loaded(t, x).segments); n > 2*mergeFan {
		t.Errorf("%d segments of one page each were not joined", n)
	}
	if err := x.Remove("c5"); err != nil {
		t.Fatal(err)
	}
	for i := range 3 * mergeFan {
		got := titles(ask(t, x, Query{Text: fmt.Sprintf("number%d well", i)}))
		if want := fmt.Sprint("Water ", i); i != 5 && (len(got) == 0 || got[0] != want) {
			t.Errorf("number%d found %v", i, got)
		}
	}
	if out := ask(t, x, Query{Text: "water"}); out.Total != 3*mergeFan-1 {
		t.Errorf("water found %d of %d", out.Total, 3*mergeFan-1)
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"Ng'ombe l'eau", "光合作用 コンピューター", "ذَهَبَ", "लड़कियाँ", "น้ำที่", "ကျောင်း", "a'b'", "\xff\xfe'x", "’’’", "ⅷ ﬁ ﷺ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, asQuery := range []bool{false, true} {
			at := 0
			words(s, asQuery, func(w word) bool {
				if w.from < 0 || w.to > len(s) || w.from >= w.to {
					t.Fatalf("%q: word at %d to %d", s, w.from, w.to)
				}
				if w.form == "" || len(w.form) > maxForm {
					t.Fatalf("%q: form %q", s, w.form)
				}
				if w.form[0] < ' ' {
					t.Fatalf("%q: form %q could be taken for a mark", s, w.form)
				}
				if asQuery && !w.pair && w.from < at {
					t.Fatalf("%q: words out of order", s)
				}
				at = w.from
				return true
			})
		}
	})
}

func FuzzSearch(f *testing.F) {
	dir, err := os.MkdirTemp("", "search")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { os.RemoveAll(dir) })
	x, err := Open(dir)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { x.Close() })
	c := content.Course{ID: "a", Edition: "1", Title: "Course", Languages: []string{"en", "ar", "zh"}}
	if err := x.Begin(c); err != nil {
		f.Fatal(err)
	}
	for i, s := range []string{"Water is wet", "光合作用", "ذهب الأولاد", "น้ำที่โรงเรียน"} {
		_ = x.AddWhole(Document{Course: "a", Resource: content.ResourceID(fmt.Sprint(i)), Kind: content.Page, Title: s}, func(yield func(content.Passage) bool) error {
			yield(content.Passage{Text: s + "\n" + s})
			return nil
		})
	}
	if err := x.Flush(); err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"water", "watr", "\" OR 1=1 --", "光", "* NEAR(", strings.Repeat("a b ", 200), "\x00\xff", "'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out, err := x.Search(context.Background(), Query{Text: s, Limit: 5, Counts: true})
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		for _, h := range out.Hits {
			for _, m := range h.Snippet.Marks {
				if m.From < 0 || m.To > len(h.Snippet.Text) || m.From >= m.To {
					t.Fatalf("%q: mark %v in %q", s, m, h.Snippet.Text)
				}
			}
		}
		if _, err := x.Suggest(context.Background(), Query{Text: s, Limit: 5}); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
	})
}

// Its letters have more than one way to be written, endings too.
func TestAmharicEndingsComeOffHoweverTheyAreWritten(t *testing.T) {
	for _, written := range []string{"ፈረሱው", "ፈረሱዉ", "ፈረሱን"} {
		var w word
		if w.form, w.plain = fold(written); stem("am", w) != "ፈረሱ" {
			t.Errorf("the stem of %s is %q, want %q", written, stem("am", w), "ፈረሱ")
		}
	}
}
