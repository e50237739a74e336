package learning

import "lamplight/content"

// Skills is the graph of what must be learnt before what. It bears rings and skills that do not exist: it never loops, and
// a need that leads nowhere is met.
type Skills struct{}

// SkillsOf makes the graph of all skills of some courses. Where two courses name one skill, its needs are joined.
func SkillsOf(courses ...[]content.Skill) Skills { return Skills{} }

// First is what to learn before a skill: of the skills it needs, at any distance, that the learner cannot do and all of
// whose own needs are met, the weakest; "" and false when the skill is open. A skill never practised counts as weakest.
func (s Skills) First(skill string, p *Practice) (first string, blocked bool) { return "", false }

// Title is a skill's title, its id when it has none.
func (s Skills) Title(skill string) string { return skill }
