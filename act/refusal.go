package act

import "gongkai/law"

// A Refusal is the law, or the order of the office, saying no to an act. It is
// shown as it is: Text says in Chinese why, and what can be done instead.
type Refusal struct {
	Text string
	Cite law.Cite // the rule it stands on; may be empty for rules of the office
}

func (r *Refusal) Error() string { return "act: refused: " + r.Text }

// Refuse makes a refusal.
func Refuse(text string, cite ...law.Cite) *Refusal {
	r := &Refusal{Text: text}
	if len(cite) > 0 {
		r.Cite = cite[0]
	}
	return r
}
