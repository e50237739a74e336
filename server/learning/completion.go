package learning

import "lamplight/content"

// Completed reports whether a learner is through with a resource, by c (see content.Node.CompletedBy). pages is how many
// pages or chapters the resource has, items how many questions, 0 unknown. What a learner said to be finished, and what was
// complete once, stays so.
func Completed(c content.Completion, p Progress, items int) bool { return p.Complete }
