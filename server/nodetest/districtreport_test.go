package nodetest

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/store"
)

// What a test made a school do and report: the oracle that the district's numbers are held to.
type schooled struct {
	name              string
	learners, answers int
	ops               learning.Ops
}

// reports has n learners of a school answer, the first once and each more once more, and its box say how it is.
func (p *province) reports(t *testing.T, n *Node, name string, i int) schooled {
	t.Helper()
	saidHowItIs(t, n) // of two reports the later counts
	ctx := context.Background()
	out := schooled{name: name, learners: i + 2}
	var people []store.NewPerson
	for k := range out.learners {
		people = append(people, store.NewPerson{Role: learning.Learner, Name: fmt.Sprintf("%s %d", learnersName, k)})
	}
	ids, err := n.Store.AddPeople(ctx, learning.Box(), people...)
	for k, id := range ids {
		for a := 0; a <= k && err == nil; a++ {
			_, err = n.Store.RecordAttempt(ctx, learning.As(id), learning.Attempt{
				ID: learning.NewAttemptID(), Resource: "00112233445566778899aabbccddeeff", Item: "i", Type: content.Text, Given: "7", Tenths: 30,
				Criterion: content.Criterion{Type: "m_of_n", M: 3, N: 4}, Correct: a%2 == 0, Score: content.FullScore,
			})
			out.answers++
		}
	}
	out.ops = learning.Ops{
		Device: n.DeviceID(), Wall: time.Now(), Believed: true, Free: int64(i+3) << 30, Total: 16 << 30, Unclean: 5 * i, Waiting: 10 + i,
		Version: fmt.Sprintf("0.0.%d", i+1),
	}
	if err == nil {
		err = n.Store.ReportOps(ctx, learning.Box(), out.ops)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// workOf adds up a school's work as the district saves it: who is in it, and the column of answers.
func workOf(t *testing.T, saved string) (learners, answers int) {
	t.Helper()
	r := csv.NewReader(strings.NewReader(saved))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 3 { // what it is called, its columns, then who
		t.Fatalf("%q: %v", saved, err)
	}
	column := slices.Index(rows[1], "Answers")
	for _, row := range rows[2:] {
		if strings.HasPrefix(row[0], "Learner ") && column > 0 {
			n, _ := strconv.Atoi(row[column])
			learners, answers = learners+1, answers+n
		}
	}
	return learners, answers
}

// Three schools of which every number is known: the table, the command and each school's page say those.
func TestADistrictsReportSaysWhatTheSchoolsDid(t *testing.T) {
	p := openProvince(t)
	want := map[string]schooled{}
	var boxes []*Node
	for i, name := range []string{"Hill School", "Lake School", "River School"} {
		n := p.school(t, name, Options{})
		want[n.Registry.School().ID()] = p.reports(t, n, name, i)
		boxes = append(boxes, n)
	}
	Eventually(t, 40*time.Second, "the district holds what they did", func() bool {
		for _, n := range boxes {
			_, _ = n.Meet(context.Background(), "")
		}
		for _, st := range p.District().States() {
			if w := want[st.School]; st.Answers != w.answers || st.Learners != w.learners || st.Version != w.ops.Version {
				return false
			}
		}
		return len(p.District().States()) == len(want)
	})
	for _, n := range boxes {
		w := want[n.Registry.School().ID()]
		if learners, answers := workOf(t, p.officer.Get(p.page(n)+"/work?format=csv&bom=no").Body); learners != w.learners || answers != w.answers {
			t.Errorf("%s: the page of its work has %d learners and %d answers, want %d and %d", w.name, learners, answers, w.learners, w.answers)
		}
		n.Stop()
	}
	p.Stop()
	if err := os.WriteFile(filepath.Join(p.Dir(), "config.toml"), []byte("[node]\nrole = \"district\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var said struct {
		Tables []struct {
			Columns []struct{ Title string }
			Rows    [][]any
		}
	}
	ask(t, p.Dir(), &said, "report", "district")
	if len(said.Tables) != 1 || len(said.Tables[0].Rows) != len(want) {
		t.Fatalf("%+v", said)
	}
	t.Logf("%+v", said.Tables[0])
	for _, w := range want {
		row := slices.IndexFunc(said.Tables[0].Rows, func(r []any) bool { return r[0] == w.name })
		if row < 0 {
			t.Errorf("%s is not in the report", w.name)
			continue
		}
		r := said.Tables[0].Rows[row]
		for i, x := range map[int]any{
			3: float64(w.ops.Waiting), 5: fmt.Sprintf("%d GB", w.ops.Free>>30), 6: float64(w.ops.Unclean), 8: w.ops.Version,
		} {
			if fmt.Sprint(r[i]) != fmt.Sprint(x) {
				t.Errorf("%s, column %d: %v, want %v", w.name, i, r[i], x)
			}
		}
	}
}
