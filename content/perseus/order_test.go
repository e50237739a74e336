package perseus_test

import (
	"strings"
	"testing"
)

func TestOnlyWhatIsToBeRandomIsShuffled(t *testing.T) {
	for randomize, fixed := range map[string]bool{"true": false, "false": true} {
		one := strings.Replace(oneOf, `"multipleSelect"`, `"randomize":`+randomize+`,"multipleSelect"`, 1)
		if it := read(t, item("Which? [[☃ radio 1]]", "radio 1", one)); it.Fixed != fixed {
			t.Errorf("randomize %s: Fixed is %v", randomize, it.Fixed)
		}
	}
}
