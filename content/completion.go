package content

// A Completion says when a learner is through with a resource. The zero value says nothing: take Node.CompletedBy.
type Completion struct {
	By Means
	// Amount is in minutes for ByTime (1 to 600), in percent (1 to 100) for ByPages, ByPercent and ByScore, else 0.
	Amount int
}

// Means are the ways to be through with a resource.
type Means string

const (
	ByTime    Means = "time"    // it was open for so many minutes
	ByPages   Means = "pages"   // so many percent of its pages or chapters were opened
	ByPercent Means = "percent" // so many percent of the film or sound were reached
	ByScore   Means = "score"   // so many percent of the points of all its items were reached in first tries
	ByMastery Means = "mastery" // the exercise's Criterion is met
	ByLearner Means = "learner" // the learner says "I have finished"
)

// CompletedBy is the node's Completion, or where it has none what suits its kind: an exercise is mastered; of a film or
// sound nine tenths are reached, since few wait for the names at the end; of a document or book four fifths of the pages
// are opened; a page that states its minutes is open for a third of them, as the quickest readers of a class need; of all
// else the learner says so. A topic has none.
func (n Node) CompletedBy() Completion {
	if n.Completion.By != "" {
		return n.Completion
	}
	switch n.Kind {
	case Topic:
		return Completion{}
	case Practice:
		return Completion{By: ByMastery}
	case Video, Audio:
		return Completion{ByPercent, 90}
	case Document, Book:
		return Completion{ByPages, 80}
	case Page:
		if minutes := int(n.Seconds / 60); minutes > 0 {
			return Completion{ByTime, (minutes + 2) / 3}
		}
	}
	return Completion{By: ByLearner}
}
