package web

import (
	"strconv"
	"strings"

	cardreader "lamplight/server/paper"
)

// shown is what the cards of a class have said so far. It lives in the address of the page that asks, so that a phone can
// go back, be put away or lose its power and nothing is lost: "3A7b12CD" is card 3 read as A, card 7 entered by hand as B,
// card 12 read as C first and as D in a later photo.
type shown map[int]said

// said is one card. Other is another answer in a later photo, with Clash.
type said struct {
	answer, other cardreader.Answer
	clash, hand   bool
}

// readShown reads what String wrote; what cannot be read is left out.
func readShown(s string) shown {
	out := shown{}
	for len(s) > 0 && len(out) < cardreader.Cards {
		digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
		card, err := strconv.Atoi(s[:digits])
		s = s[digits:]
		letters := s[:len(s)-len(strings.TrimLeft(s, "ABCDabcd"))]
		if s = s[len(letters):]; letters == "" {
			return out
		}
		if err != nil || card < 1 || card > cardreader.Cards {
			continue
		}
		upper := strings.ToUpper(letters)
		x := said{hand: letters[0] >= 'a'}
		x.answer, _ = cardreader.ParseAnswer(upper[:1])
		if len(upper) > 1 {
			x.other, _ = cardreader.ParseAnswer(upper[1:2])
			x.clash = x.other != x.answer
		}
		out[card] = x
	}
	return out
}

// String writes it, by card.
func (m shown) String() string {
	var b strings.Builder
	for card := 1; card <= cardreader.Cards; card++ {
		x, ok := m[card]
		if !ok {
			continue
		}
		letter := x.answer.Letter()
		if x.hand {
			letter = strings.ToLower(letter)
		}
		b.WriteString(strconv.Itoa(card) + letter)
		if x.clash {
			b.WriteString(x.other.Letter())
		}
	}
	return b.String()
}

// merge adds what a photo says: it answers for who had not been read; what it says differently is kept beside. It returns
// how many are new.
func (m shown) merge(readings []cardreader.Reading) (fresh int) {
	for _, r := range readings {
		x, had := m[r.Card]
		switch {
		case !had:
			m[r.Card] = said{answer: r.Answer}
			fresh++
		case x.answer != r.Answer && !x.hand:
			x.other, x.clash = r.Answer, true
			m[r.Card] = x
		}
	}
	return fresh
}

// with is a copy in which a card was set by hand.
func (m shown) with(card int, a cardreader.Answer) string {
	was, had := m[card]
	m[card] = said{answer: a, hand: true}
	out := m.String()
	m.put(card, was, had)
	return out
}

// without is a copy without a card.
func (m shown) without(card int) string {
	was, had := m[card]
	delete(m, card)
	out := m.String()
	m.put(card, was, had)
	return out
}

// turned is a copy in which what photos said is turned a quarter: for a photo that lay on its side and did not say so.
func (m shown) turned() string {
	out := shown{}
	for card, x := range m {
		if !x.hand {
			x.answer, x.other = (x.answer+1)%cardreader.Answers, (x.other+1)%cardreader.Answers
		}
		out[card] = x
	}
	return out.String()
}

func (m shown) put(card int, x said, has bool) {
	if delete(m, card); has {
		m[card] = x
	}
}
