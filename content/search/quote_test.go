package search

import (
	"strings"
	"testing"
)

const hare = "Hare and Tortoise\nHare laughed at Tortoise. “You are slow,” she said. They agreed to race.\n" +
	"Why did Hare sleep? The sun was hot, and she thought that she had time to sleep. Tortoise never stopped.\n" +
	"When Hare woke, Tortoise had crossed the line."

// asked is a matcher for a question whose words weigh alike, but for common ones.
func asked(question, lang string) *matcher {
	groups := parse(question, []string{lang})
	for i := range groups {
		groups[i].idf = 3
		if groups[i].common {
			groups[i].idf = 0.75
		}
	}
	return newMatcher(groups, lang)
}

func TestWhatIsQuotedStandsInTheTextWordForWord(t *testing.T) {
	for question, want := range map[string]string{
		"who crossed the line":       "When Hare woke, Tortoise had crossed the line.",
		"why did hare sleep":         "Why did Hare sleep? The sun was hot, and she thought that she had time to sleep.",
		"tortoise never stopped":     "Tortoise never stopped.",
		"has tortoise ever stopped":  "Tortoise never stopped.",
		"they agreed to race, where": "They agreed to race.",
	} {
		run, certainty := asked(question, "en").quote("Hare and Tortoise", hare)
		got := hare[run.from:run.to]
		if got != want {
			t.Errorf("%s: %q (%.2f), want %q", question, got, certainty, want)
		}
		if !strings.Contains(hare, got) {
			t.Errorf("%s: %q is not in the text", question, got)
		}
	}
}

func TestCertaintyFallsWithWhatIsMissing(t *testing.T) {
	ask := func(question string) float32 {
		_, certainty := asked(question, "en").quote("Hare and Tortoise", hare)
		return certainty
	}
	all, some, none := ask("when did hare wake"), ask("when did the hare eat breakfast bananas"), ask("photosynthesis in leaves")
	if all <= some || some <= none || none != 0 {
		t.Errorf("certain of %.2f, %.2f, %.2f; want less each time and 0 of what is not there", all, some, none)
	}
}

func TestNoMoreThanThreeSentencesAreQuoted(t *testing.T) {
	text := strings.Repeat("One word here. Another goes there. A third one follows. The fourth has it. ", 9)
	run, _ := asked("word another third fourth", "en").quote("", text)
	if n := len(sentences(text[run.from:run.to])); n < 1 || n > maxQuoted {
		t.Errorf("%d sentences: %q", n, text[run.from:run.to])
	}
}

func TestEveryScriptIsQuoted(t *testing.T) {
	for _, c := range []struct{ question, lang, text, want string }{
		{"बादल क्यों गरजते हैं", "hi", "एक दिन बारिश हुई। बादल आपस में टकराते हैं और गरजते हैं। मोर नाचा।", "बादल आपस में टकराते हैं और गरजते हैं।"},
		{"河马的毛发哪里去了", "zh", "兔子在河边散步。河马的毛发都烧光了。河马跳进河里。", "河马的毛发都烧光了。"},
		{"ما هو السرطان", "ar", "قال الطبيب شيئا. السرطان هو مرض الخلايا. ثم ذهب.", "السرطان هو مرض الخلايا."},
		{"ጉማሬ ለምን ጸጉር የለውም", "am", "ጥንቸል ነበረች። ጉማሬ ጸጉር የለውም። ወንዝ አለ።", "ጉማሬ ጸጉር የለውም።"},
	} {
		run, certainty := asked(c.question, c.lang).quote("", c.text)
		if got := c.text[run.from:run.to]; got != c.want {
			t.Errorf("%s: %q (%.2f), want %q", c.lang, got, certainty, c.want)
		}
	}
}

// What was only guessed at must not be told as if it had been asked.
func TestWhatWasOnlyGuessedIsLessCertain(t *testing.T) {
	m := asked("hare", "en")
	m.groups[0].terms = append(m.groups[0].terms, term{"hari", mistyped})
	m = newMatcher(m.groups, "en")
	_, sure := m.quote("", "The hare ran home.")
	_, guessed := m.quote("", "The hari ran home.")
	if guessed <= 0 || guessed > 0.6*sure {
		t.Errorf("certain of %.2f by a guess and of %.2f by the word itself", guessed, sure)
	}
}

// What tells is better than what asks the same and leaves it open.
func TestATellingSentenceIsBetterThanTheQuestion(t *testing.T) {
	text := "बादल क्यों गरजते हैं? मुझे लगता है। बादल तब गरजते हैं जब वे टकराते हैं।"
	run, _ := asked("बादल क्यों गरजते हैं", "hi").quote("", text)
	if got, want := text[run.from:run.to], "बादल तब गरजते हैं जब वे टकराते हैं।"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A list of titles holds words side by side and says nothing.
func TestListsAreNotSentences(t *testing.T) {
	m := asked("why does the hare sleep", "en")
	_, list := m.quote("", "Why does the hare sleep\nThe moon and the cap\nGoat and dog")
	_, told := m.quote("", "The hare likes to sleep in the sun. It is warm.")
	if list >= told {
		t.Errorf("certain of %.2f by a list and of %.2f by a sentence", list, told)
	}
}
