package kolibri

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"lamplight/content"
)

// licences are le-utils' licences, whose addresses are those of version 4.0 (licenselookup.json), in SPDX's words.
var licences = map[string]string{
	"cc by": "CC-BY-4.0", "cc by-sa": "CC-BY-SA-4.0", "cc by-nd": "CC-BY-ND-4.0", "cc by-nc": "CC-BY-NC-4.0",
	"cc by-nc-sa": "CC-BY-NC-SA-4.0", "cc by-nc-nd": "CC-BY-NC-ND-4.0", "public domain": "CC-PDM-1.0",
	"all rights reserved": "LicenseRef-All-Rights-Reserved", "special permissions": "LicenseRef-Special-Permissions",
	"cc0": "CC0-1.0",
}

// licenceOf reads what a node says of its terms. A name that is no licence we know is kept as its terms, never guessed.
func licenceOf(name, description, owner, author string) content.Licence {
	l := content.Licence{Owner: line(owner, 500), Author: line(author, 500), Terms: prose(description, 4096)}
	name = line(name, 200)
	if name == "" {
		return l
	}
	if l.ID = licences[strings.ToLower(name)]; l.ID == "" {
		l.ID = content.LicenceOf(name)
	}
	if l.ID == "" {
		l.Terms = strings.TrimSpace(name + "\n" + l.Terms)
	}
	return l
}

// tag is a language in BCP 47, "" of what is none.
func tag(s string) string {
	if len(s) > 40 {
		return ""
	}
	t, err := language.Raw.Parse(strings.TrimSpace(s))
	if err != nil || s == "" {
		return ""
	}
	if v := t.String(); v != "und" && v != "mul" && v != "zxx" {
		return v
	}
	return ""
}

// codes reads a list with commas: at most 50 of at most 80 bytes.
func codes(s string) (out []string) {
	for c := range strings.SplitSeq(cut(s, 8192), ",") {
		if c = line(c, 80); c != "" && !slices.Contains(out, c) && len(out) < 50 {
			out = append(out, c)
		}
	}
	return out
}

// activities are what a kind is for, where the channel does not say (le-utils' kind_to_learningactivity).
var activities = map[string]string{
	"exercise": "VwRCom7G", "video": "UD5UGM0z", "audio": "mkA1R3NU", "document": "wA01urpi", "html5": "#j8L0eq3", "h5p": "#j8L0eq3",
}

// options is what a node's options say that we use.
type options struct {
	Modality string `json:"modality"`
	Entry    string `json:"entry"` // of an HTML package: the page it begins with
	Complete struct {
		Model     string          `json:"model"`
		Threshold json.RawMessage `json:"threshold"`
		Learner   bool            `json:"learner_managed"`
	} `json:"completion_criteria"`
}

// readOptions reads JSON that may be anything.
func readOptions(s string) (o options) {
	if len(s) > 2 && json.Unmarshal([]byte(s), &o) != nil {
		o = options{}
	}
	o.Modality, o.Entry = line(o.Modality, 40), line(o.Entry, 500)
	return o
}

// completion is when a learner is through, as far as our words go; else what suits the kind.
func (o options) completion() content.Completion {
	var amount float64
	var words string
	_ = json.Unmarshal(o.Complete.Threshold, &amount)
	_ = json.Unmarshal(o.Complete.Threshold, &words)
	switch o.Complete.Model {
	case "time", "approx_time":
		if minutes := math.Ceil(amount / 60); amount > 0 {
			return content.Completion{By: content.ByTime, Amount: int(min(minutes, 600))}
		}
	case "pages":
		if percent, ok := strings.CutSuffix(words, "%"); ok {
			if n, err := strconv.Atoi(percent); err == nil && n > 0 && n <= 100 {
				return content.Completion{By: content.ByPages, Amount: n}
			}
		}
	case "mastery":
		return content.Completion{By: content.ByMastery}
	case "reference":
		return content.Completion{By: content.ByLearner}
	}
	if o.Complete.Learner {
		return content.Completion{By: content.ByLearner}
	}
	return content.Completion{}
}

// mastery is Kolibri's mastery model, in an assessment's row or in the threshold of the completion.
type mastery struct {
	Type  string  `json:"type"`
	Model string  `json:"mastery_model"`
	M     float64 `json:"m"`
	N     float64 `json:"n"`
}

// criterion reads a mastery model, zero of what is none we know. A quiz is done once all is answered.
func criterion(raw string, o options) content.Criterion {
	var m mastery
	if json.Unmarshal([]byte(raw), &m) != nil || m.Type == "" {
		m = mastery{}
		if o.Complete.Model == "mastery" && json.Unmarshal(o.Complete.Threshold, &m) == nil {
			m.Type = m.Model
		}
	}
	if o.Modality == "QUIZ" {
		return content.Criterion{Type: "do_all"}
	}
	switch m.Type {
	case "do_all", "num_correct_in_a_row_2", "num_correct_in_a_row_3", "num_correct_in_a_row_5", "num_correct_in_a_row_10":
		return content.Criterion{Type: m.Type}
	case "quiz", "pre_post_test":
		return content.Criterion{Type: "do_all"}
	case "m_of_n":
		if m.M >= 1 && m.N >= m.M && m.N <= 99 {
			return content.Criterion{Type: "m_of_n", M: int(m.M), N: int(m.N)}
		}
	}
	return content.Criterion{}
}

// itemIDs reads the list of an exercise's questions, at most 5,000.
func itemIDs(raw string) []string {
	var ids []string
	if json.Unmarshal([]byte(raw), &ids) != nil {
		return nil
	}
	out := ids[:0]
	for _, id := range ids {
		if id = line(id, 200); id != "" && len(out) < 5000 {
			out = append(out, id)
		}
	}
	return out
}
