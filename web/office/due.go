package office

import (
	"net/http"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/web/page"
)

// counting is how a page counts limits: by which calendar, from which day, and
// how many working days before a limit its tag turns yellow.
type counting struct {
	calendar *calendar.Calendar
	today    law.Date
	warn     int
}

// counting is that of the viewer, whose organ decides when to warn.
func (o *Office) counting(r *http.Request) (counting, error) {
	c, err := o.Calendar(r.Context())
	if err != nil {
		return counting{}, err
	}
	warn, err := o.warnDays(r, page.VisitOf(r).Viewer.Organ)
	return counting{c, o.cfg.Today(), warn}, err
}

// limit shows a limit with what it stands on.
func (n counting) limit(due law.Date, basis string) page.Limit {
	return page.LimitOf(n.calendar, n.today, due, basis, n.warn)
}
