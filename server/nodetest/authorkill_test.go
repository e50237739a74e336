package nodetest

import (
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// on is a teacher's phone on another run of the node.
func (d *desk) on(t *testing.T, address string) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &Browser{t, address, &http.Client{Jar: jar, Timeout: 30 * time.Second}}
	b.SignIn("Okello", "lamp-light")
	return b
}

func TestAPlugPulledWhilePublishingLeavesAnEditionWholeAndEverySave(t *testing.T) {
	kills := 8
	if testing.Short() {
		kills = 2
	}
	d := newDesk(t)
	d.questions(t)
	d.publish(t, "school", "1")
	d.Stop()
	rng := rand.New(rand.NewPCG(7, 7))
	for i := range kills {
		c := serveChild(t, d.opts.Dir, free()...)
		b := d.on(t, c.HTTP)
		fields := b.Get(d.page).Fields()
		text := "Words of round " + strconv.Itoa(i) + "."
		p := b.PostParts(d.own+"/page", d.picture, "token", fields.Get("token"), "id", fields.Get("id"), "seen", fields.Get("seen"), "title", "The well", "text", text, "alt", "A well")
		reads(t, "saving", p, 200, "Saved.")
		gone := make(chan struct{})
		go func() { // its answer does not come
			defer close(gone)
			f := url.Values{"token": {fields.Get("token")}, "do": {"publish"}, "school": {"1"}}
			r, err := http.NewRequest(http.MethodPost, b.base+d.own, strings.NewReader(f.Encode()))
			if err != nil {
				return
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if answer, err := b.http.Do(r); err == nil {
				answer.Body.Close()
			}
		}()
		time.Sleep(time.Duration(rng.IntN(40)) * time.Millisecond) // the moment the plug is pulled is not chosen
		c.kill()
		<-gone
		again := serveChild(t, d.opts.Dir, free()...)
		b = d.on(t, again.HTTP)
		reads(t, "what was saved", b.Get(d.page), 200, text)
		p = b.Get(d.own)
		if whole, waits := strings.Contains(p.Body, "In the library for the whole school"), strings.Contains(p.Body, "Changed since"); whole == waits {
			t.Errorf("round %d: published %t, waiting %t", i, whole, waits)
		}
		reads(t, "the course", b.Get("/course/"+string(d.course)), 200, "The well", "Try it yourself")
		token := p.Fields().Get("token")
		reads(t, "publishing again", b.Post(d.own, url.Values{"token": {token}, "do": {"publish"}, "school": {"1"}}), 200, "It is published.", "In the library for the whole school")
		again.kill()
	}
	if p := checked(t, d.opts.Dir); !p.OK {
		t.Errorf("%+v", p)
	}
}
