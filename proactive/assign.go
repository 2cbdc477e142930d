package proactive

import "gongkai/act"

// Assign 移交 gives the text in work to somebody else, as when its writer leaves.
// He counts as one who wrote in it: he does not sign it.
func (x *Item) Assign(d Doing, to int64) error {
	return x.happen(d.event(act.ItemAssigned, "person", id(to)))
}

// ClearAnswers reports whether the answers to the five questions, as codes, let
// the text go: n for no, e for what the law lets out all the same.
func ClearAnswers(codes string) bool {
	if len(codes) != 5 {
		return false
	}
	for _, c := range codes {
		if c != 'n' && c != 'e' {
			return false
		}
	}
	return true
}
