package questions

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"lamplight/content"
)

func tableOf(t *testing.T, text string) *bank {
	t.Helper()
	b := &bank{format: "csv"}
	if err := readTable(context.Background(), written(t, "q.csv", []byte(text)), b); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestATableOfQuestionsIsRead(t *testing.T) {
	for name, text := range map[string]string{
		"the words of the page": "question,answer,option 1,option 2\n2 + 3 = ?,5\nWhich gives milk?,goat,hen,fish\nThe sun is a star.,true\nCapital of Kenya?,Nairobi|Nairobi City\n",
		"a spreadsheet":         "\xef\xbb\xbfQuestion;A;B;C;Correct answer;Remark\r\n\"2 + 3 = ?\";;;;5;\r\nWhich gives milk?;hen;goat;fish;B;x\r\nThe sun is a star.;;;;TRUE;\r\nCapital of Kenya?;;;;Nairobi|Nairobi City;\r\n;;;;;\r\n",
		"tabs":                  "question\tanswer\twrong 1\twrong 2\n2 + 3 = ?\t5\nWhich gives milk?\tgoat\then\tfish\nThe sun is a star.\tvrai\nCapital of Kenya?\tNairobi | Nairobi City\n",
		"the answer is listed":  "question,option a,option b,option c,answer\n2 + 3 = ?,,,,5\nWhich gives milk?,hen,Goat,fish,goat\nThe sun is a star.,,,,true\nCapital of Kenya?,,,,Nairobi|Nairobi City\n",
	} {
		items := tableOf(t, text).at(nil).items
		if len(items) != 4 {
			t.Errorf("%s: %d questions, want 4", name, len(items))
			continue
		}
		types := [4]content.ItemType{content.Number, content.Choice, content.TrueFalse, content.Text}
		for i, it := range items {
			if it.Type != types[i] {
				t.Errorf("%s: question %d is %s, want %s", name, i+1, it.Type, types[i])
			}
		}
		right := 0
		for _, o := range items[1].Options {
			if o.Right && strings.EqualFold(o.Text, "goat") {
				right++
			} else if o.Right {
				t.Errorf("%s: %q is right", name, o.Text)
			}
		}
		if len(items[1].Options) != 3 || right != 1 {
			t.Errorf("%s: %+v", name, items[1].Options)
		}
		if items[2].Answers[0] != "true" || len(items[3].Answers) != 2 {
			t.Errorf("%s: %v and %v", name, items[2].Answers, items[3].Answers)
		}
	}
}

func TestSeveralLettersAreSeveralRightOnes(t *testing.T) {
	it := tableOf(t, "question,A,B,C,answer,topic,hint\nWhich fly?,bird,fish,bat,\"A, C\",Animals,Look up\n").at([]string{"Animals"}).items[0]
	if it.Type != content.Many || !it.Options[0].Right || it.Options[1].Right || !it.Options[2].Right || it.Hints[0] != "Look up" {
		t.Errorf("%+v", it)
	}
}

func TestATableThatIsNoneSaysWhatItLacks(t *testing.T) {
	for text, says := range map[string]string{
		"name,pin\nAda,1234\n":           "line 1: it must name the columns",
		"question,answer\n":              "there is no question in it",
		"question,answer\nWhy is it?,\n": "line 2: its answer is empty",
	} {
		f := Format{name: "csv", claims: claimsTable, read: readTable}
		_, err := f.Plan(context.Background(), written(t, "q.csv", []byte(text)), content.ImportOptions{})
		if !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
}
