package casework

// TableThree counts table 三 of a year from the rows of an organ: row key →
// column key → number. It is the reference that the store's counting is tested
// against. A row that the mapping leaves out (不计入) is left out everywhere.
func TableThree(rows []Row, year int, maps []Mapping) map[string]map[string]int {
	out := map[string]map[string]int{}
	add := func(row string, a Applicant) {
		if out[row] == nil {
			out[row] = map[string]int{}
		}
		out[row][string(a)]++
		out[row]["total"]++
	}
	for _, r := range rows {
		began, ended := r.NewIn(), r.ResultIn()
		if began == 0 || began > year {
			continue
		}
		key := ""
		if ended != 0 {
			if key = Row3(r, maps); key == "" {
				continue // 不计入
			}
		}
		switch {
		case ended != 0 && ended < year:
			continue
		case began == year:
			add("new", r.Applicant)
		default:
			add("carried_in", r.Applicant)
		}
		if ended == year {
			add(key, r.Applicant)
			add("result_total", r.Applicant)
		} else {
			add("carried_out", r.Applicant)
		}
	}
	return out
}

// Row3 is the row of table 三 that an answered file counts in.
func Row3(r Row, maps []Mapping) string { return RowOf(r.Outcome, r.Answer, maps) }
