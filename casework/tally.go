package casework

import "gongkai/law"

// CountedIn is the rows of table 三 of a year that a file counts in: where it
// came from, and what became of it. An outcome that the mapping leaves out
// (不计入) leaves the file out everywhere from the day it is answered.
func CountedIn(o Outcome, answer law.Date, began, ended, year int, maps []Mapping) []string {
	key := ""
	switch {
	case began == 0 || began > year || ended != 0 && ended < year:
		return nil
	case ended != 0:
		if key = RowOf(o, answer, maps); key == "" {
			return nil
		}
	}
	from := "carried_in"
	if began == year {
		from = "new"
	}
	if ended == year {
		return []string{from, key, "result_total"}
	}
	return []string{from, "carried_out"}
}

// TableThree counts table 三 of a year from the rows of an organ: row key →
// column key → number. It is the reference that the store's counting is tested
// against.
func TableThree(rows []Row, year int, maps []Mapping) map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, r := range rows {
		for _, row := range CountedIn(r.Outcome, r.Answer, r.NewIn(), r.ResultIn(), year, maps) {
			if out[row] == nil {
				out[row] = map[string]int{}
			}
			out[row][string(r.Applicant)]++
			out[row]["total"]++
		}
	}
	return out
}
