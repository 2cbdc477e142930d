package requests

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"testing"
	"time"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/store"
	"gongkai/web/page"
)

// BenchmarkFilePage measures the page of a file of some forty acts, with its
// letters, findings and notes, and requests like it beside. The target is 30 ms.
func BenchmarkFilePage(b *testing.B) {
	x := newDesk(b)
	x.as(1, x.town, "handler", "head")
	path := x.in("甲某", roadText)
	for i := range 5 {
		x.in(fmt.Sprint("乙", i), fmt.Sprint(roadText, i))
	}
	var id int64
	if _, err := fmt.Sscanf(path, "/desk/requests/%d", &id); err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	for i := range 40 {
		f, err := x.st.Request(ctx, x.visit.Viewer, id)
		if err != nil {
			b.Fatal(err)
		}
		_, err = x.st.WithRequest(ctx, store.By{Viewer: x.visit.Viewer}, id, f.Version, func(f *store.RequestFile, _ *calendar.Calendar, day law.Date) error {
			d := casework.Doing{On: day, Today: day}
			if i%4 == 0 {
				if f.Content.Findings == nil {
					f.Content.Findings = map[string]string{}
				}
				f.Content.Findings[casework.FoundSearch] = strings.Repeat("镇档案室、县档案馆，按名称检索。", 10)
				return f.Find(d, casework.FoundSearch)
			}
			f.Content.Notes = append(f.Content.Notes, casework.Note{On: day, Kind: "phone", Text: strings.Repeat("与申请人核对所需信息的名称。", 8)})
			return f.Note(d, "phone")
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	q, err := New(&page.Config{County: "云岭县", Today: func() law.Date { return x.day }, Now: func() time.Time { return x.day.Start().Add(9 * time.Hour) }, Desk: Nav()}, x.st)
	if err != nil {
		b.Fatal(err)
	}
	h := http.NewServeMux()
	h.HandleFunc("GET /desk/requests/{id}", func(w http.ResponseWriter, r *http.Request) {
		if err := q.file(w, page.WithVisit(r, x.visit)); err != nil {
			b.Error(err)
		}
	})
	var took []time.Duration
	for b.Loop() {
		begin := time.Now()
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		took = append(took, time.Since(begin))
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "可能重复") {
			b.Fatal(w.Code)
		}
	}
	sort.Slice(took, func(i, j int) bool { return took[i] < took[j] })
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms-p95")
}
