package xlsx

import (
	"regexp"
	"strconv"
	"strings"
)

// Sums are the only formulas that are worked out here, and only where the
// program that wrote the file saved no result: SUM of areas, and additions and
// subtractions of cells.
var (
	sum   = regexp.MustCompile(`^=?\s*(?i:SUM)\(([A-Za-z0-9$:, ]+)\)$`)
	terms = regexp.MustCompile(`^=?\s*\+?\$?[A-Za-z]{1,3}\$?[0-9]+(?:\s*[+-]\s*\$?[A-Za-z]{1,3}\$?[0-9]+)*$`)
	term  = regexp.MustCompile(`([+-]?)\s*(\$?[A-Za-z]{1,3}\$?[0-9]+)`)
)

// compute works out the sums without a saved result and returns how many
// formulas stay without one.
func (s *sheet) compute() int {
	missing := 0
	c := computer{sheet: s, open: map[pos]bool{}, budget: 1_000_000}
	for p := range s.formulas {
		if _, ok := c.value(p, 0); !ok {
			missing++
		}
	}
	return missing
}

type computer struct {
	*sheet
	open   map[pos]bool // being worked out: a circle ends here
	budget int
}

// value is the number in a cell; a blank counts as nothing, as in Excel.
func (c *computer) value(p pos, depth int) (float64, bool) {
	if c.budget--; c.budget < 0 {
		return 0, false
	}
	if t, ok := c.cells[p]; ok {
		v, err := strconv.ParseFloat(strings.TrimSpace(t), 64)
		return v, err == nil
	}
	f, ok := c.formulas[p]
	if !ok {
		return 0, true
	}
	if c.open[p] || depth > 30 {
		return 0, false
	}
	c.open[p] = true
	defer delete(c.open, p)
	v, ok := c.formula(f, depth)
	if ok {
		c.cells[p] = decimal(v)
		delete(c.formulas, p)
	}
	return v, ok
}

func (c *computer) formula(f string, depth int) (float64, bool) {
	total := 0.0
	if m := sum.FindStringSubmatch(f); m != nil {
		for _, ref := range strings.Split(m[1], ",") {
			from, to, two := strings.Cut(strings.TrimSpace(ref), ":")
			p, ok := parsePos(from)
			q := p
			if two {
				var ok2 bool
				q, ok2 = parsePos(to)
				ok = ok && ok2
			}
			if !ok || (q.row-p.row+1)*(q.col-p.col+1) > 10_000 {
				return 0, false
			}
			for r := p.row; r <= q.row; r++ {
				for k := p.col; k <= q.col; k++ {
					v, ok := c.value(pos{r, k}, depth+1)
					if !ok {
						if _, text := c.cells[pos{r, k}]; !text {
							return 0, false
						}
						v = 0 // SUM passes over text
					}
					total += v
				}
			}
		}
		return total, true
	}
	if !terms.MatchString(f) {
		return 0, false
	}
	for _, m := range term.FindAllStringSubmatch(f, -1) {
		p, ok := parsePos(m[2])
		if !ok {
			return 0, false
		}
		v, ok := c.value(p, depth+1)
		if !ok {
			return 0, false
		}
		if m[1] == "-" {
			v = -v
		}
		total += v
	}
	return total, true
}
