//go:build browser

package nodetest

import "testing"

// A teacher writes on a phone, and a learner answers.
func TestBrowserWritesACourseAndALearnerAnswers(t *testing.T) { openSite(t, nil).walk(t, "author") }
