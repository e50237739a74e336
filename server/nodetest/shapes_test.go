package nodetest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/server/web"
)

// shape writes which names a JSON value has and of which kind each is, the names in order; of a list what its first
// element is.
func shape(v any) string {
	switch v := v.(type) {
	case map[string]any:
		var out []string
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(out, k+":"+shape(v[k]))
		}
		return "{" + strings.Join(out, " ") + "}"
	case []any:
		if len(v) == 0 {
			return "[]"
		}
		return "[" + shape(v[0]) + "]"
	case string:
		return "text"
	case float64:
		return "number"
	}
	return fmt.Sprintf("%T", v)
}

func wantShape(t *testing.T, p Page, status int, want string) {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(p.Body), &v); err != nil {
		t.Fatalf("%s: %v in %.200s", p.URL.Path, err, p.Body)
	}
	if got := shape(v); got != want || p.Status != status {
		t.Errorf("%s: %d\n%s, want\n%s", p.URL.Path, p.Status, got, want)
	}
	if h := p.Header; h.Get("Content-Type") != "application/json" || h.Get("Cache-Control") != "no-store" {
		t.Errorf("%s may be kept, or is no JSON: %q %q", p.URL.Path, h.Get("Content-Type"), h.Get("Cache-Control"))
	}
}

// oneLearner claims the node and enrols Amina, who signs in on the browser.
func oneLearner(t *testing.T, n *Node, b *Browser) learning.PersonID {
	t.Helper()
	ctx, box := context.Background(), learning.Box()
	claim := web.Claim{Code: n.Listening.Claim, School: "Lakeside", Language: "en", Name: "Grace", Password: "lamp-light"}
	if _, err := n.Server.Claim(ctx, claim); err != nil {
		t.Fatal(err)
	}
	class, err := n.Store.AddClass(ctx, box, "Class 3", "")
	if err != nil {
		t.Fatal(err)
	}
	ids, err := n.Store.AddPeople(ctx, box, store.NewPerson{Role: learning.Learner, Name: "Amina", Class: class})
	if err != nil {
		t.Fatal(err)
	}
	pin, err := n.Auth.Verifier(ctx, learning.PIN, "4711")
	if err == nil {
		err = n.Store.SetSecrets(ctx, box, store.NewSecret{Person: ids[0], Kind: learning.PIN, Verifier: pin})
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.InstallStarter(ctx); err != nil {
		t.Fatal(err)
	}
	b.SignIn("Amina", "4711")
	return ids[0]
}

// What programs read keeps its shape: names may be added by changing this test, never taken away.
func TestProgramsReadTheSameShapes(t *testing.T) {
	n := Start(t, Options{})
	b := n.Browser()
	amina := oneLearner(t, n, b)
	courses := n.Library.Courses()
	if len(courses) == 0 {
		t.Fatal("the node has no starter course")
	}
	_, err := n.Store.RecordAttempt(context.Background(), learning.As(amina), learning.Attempt{
		ID: learning.NewAttemptID(), Learner: amina, Course: courses[0].ID, Resource: content.ResourceID(strings.Repeat("ab", 16)), Item: "one",
		Type: content.Number, Criterion: content.Criterion{Type: "m_of_n", M: 1, N: 2}, Seed: 1, Given: "7", Score: 10000, Correct: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	wantShape(t, n.Browser().Get("/healthz"), http.StatusOK, healthShape)
	wantShape(t, b.Get("/api/library"), http.StatusOK, libraryShape)
	wantShape(t, b.Get("/api/progress"), http.StatusOK, progressShape)
	var got struct {
		Learner   learning.PersonID
		Attempts  int
		Resources []struct{ Progress float64 }
		Mastery   []struct {
			Dots     []string
			Mastered bool
		}
	}
	if err := b.Get("/api/progress").JSON(&got); err != nil || got.Learner != amina || got.Attempts != 1 || len(got.Mastery) != 1 ||
		!slices.Equal(got.Mastery[0].Dots, []string{"right"}) || !got.Mastery[0].Mastered || got.Resources[0].Progress != 1 {
		t.Errorf("progress is %+v, %v", got, err)
	}
	nobody := n.Browser()
	wantShape(t, nobody.Get("/api/library"), http.StatusUnauthorized, errorShape)
	wantShape(t, nobody.Get("/api/progress"), http.StatusUnauthorized, errorShape)
	names := regexp.MustCompile(`(?m)^lamplight_(\w+) `).FindAllStringSubmatch(nobody.Get("/metrics").Body, -1)
	var all []string
	for _, m := range names {
		all = append(all, m[1])
	}
	if got := strings.Join(all, " "); got != metricNames {
		t.Errorf("metrics are\n%s, want\n%s", got, metricNames)
	}
	if strings.Contains(nobody.Get("/metrics").Body, "Amina") {
		t.Error("metrics name a person")
	}
}

const (
	healthShape   = `{courses:number status:text uptime_seconds:number version:text}`
	libraryShape  = `{courses:[{bytes:number description:text edition:text format:text id:text items:number labels:{levels:[text] subjects:[text]} languages:[text] level:text licence:{author:text id:text owner:text} resources:number title:text}]}`
	progressShape = `{attempts:number learner:text mastery:[{dots:[text] exercise:text mastered:bool}] resources:[{complete:bool course:text progress:number resource:text}]}`
	errorShape    = `{error:text}`
	metricNames   = "uptime_seconds events unread_events parked_segments learners attempts_total views_total mastered sessions courses peers " +
		"owed_events blob_asked_bytes_total blob_came_bytes_total blob_wanted_bytes_total blob_given_bytes_total disk_free_bytes " +
		"disk_size_bytes memory_bytes goroutines"
)
