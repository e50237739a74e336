package nodetest

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"lamplight/server/learning"
)

// askWithCards puts question n of a quiz to a class with cards: one photo with everybody who is there, whoever is not read
// entered by hand, and saved. A side that stands for no option is no answer.
func (w *week) askWithCards(title string, class, day, n, box int, seed uint64) {
	w.t.Helper()
	b, path := w.teacher(box), "/teach/paper/"+string(w.rooms[class])+"/ask?quiz="+string(w.quizzes[title])+"&n="+strconv.Itoa(n)
	page := w.is("the question for cards", b.Get(path))
	x, it := w.asked(page)
	seats, err := w.boxes[box].Store.Seats(learning.Box(), w.rooms[class])
	if err != nil {
		w.t.Fatal(err)
	}
	var cards []int
	child := map[int]int{}
	for _, seat := range seats {
		if i := w.childOf(seat.Person.ID); seat.Card > 0 && w.children[i].isHere(day) {
			cards, child[seat.Card] = append(cards, seat.Card), i
		}
	}
	photo, held := paperPhoto(seed, cards)
	page = w.is("the photo read", b.sendPhoto(page, photo))
	var options []string
	for _, li := range page.find("ul", "board-options")[0].find("span", "board-option") {
		options = append(options, li.text())
	}
	for _, card := range held {
		if card.Answer >= len(options) {
			continue
		}
		name := w.children[child[card.Card]].name
		for _, a := range page.find("a", "") { // who was not read stands below with a letter for each option
			if a.attr("aria-label") == name+": "+string(rune('A'+card.Answer)) && strings.Contains(a.attr("href"), "seen=") && w.unread(page, name) {
				page = w.is("entered by hand", b.Get(a.attr("href")))
				w.byHand++
				break
			}
		}
		d := deed{child: child[card.Card], day: day, kind: "answer", at: title, item: it.id, given: options[card.Answer], time: w.clock.at()}
		d.right = d.given == it.right
		for _, wrong := range it.wrong {
			if wrong.words == d.given {
				d.error = wrong.error
			}
		}
		w.deeds = append(w.deeds, d)
	}
	if x.id != "words" || len(options) != 3 {
		w.t.Fatalf("cards were asked %s with %q", it.id, options)
	}
	if saved := b.pressed(page, ""); !strings.Contains(saved.Body, "saved") {
		w.t.Fatalf("%d at %s: the cards are not saved\n%.600s", saved.Status, saved.URL, saved.main())
	}
	w.clock.pass(time.Minute)
}

// unread says that a child stands among those who were not read.
func (w *week) unread(p Page, name string) bool {
	for _, ul := range p.find("ul", "paper-children") {
		for _, b := range ul.find("bdi", "") {
			if b.text() == name {
				return true
			}
		}
	}
	return false
}

func (w *week) childOf(id learning.PersonID) int {
	for i, x := range w.ids {
		if x == id {
			return i
		}
	}
	w.t.Fatalf("%s is no child of the week", id)
	return -1
}

// giveCards gives every child of a class an answer card.
func (w *week) giveCards(class, box int) {
	w.t.Helper()
	b, path := w.teacher(box), w.home(class)+"/paper/cards"
	w.is("cards given", b.Post(path, url.Values{"token": w.is("cards", b.Get(path)).Fields()["token"]}))
}
