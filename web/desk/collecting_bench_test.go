package desk

import (
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law/annual"
	"gongkai/org"
)

// sixty is a county of forty towns and twenty bureaus, most of which have filed,
// each in words of its own.
func sixty(b *testing.B) *collectingCounty {
	c := newCounty(b)
	words := strings.Fields("财政 惠农 补贴 农田 水利 管护 低保 评议 张榜 河道 巡查 台账 危房 改造 验收 道路 养护 招标 养老 服务 场所 教育 均衡 投入 防汛 物资 储备 村务 监督 公开 网站 栏目 更新 解读 答复 培训 考核 清理 目录 指南")
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 56 {
		kind, level, name := org.Town, org.Township, fmt.Sprintf("云岭县第%d镇人民政府", i)
		if i >= 37 {
			kind, level, name = org.Department, org.County, fmt.Sprintf("云岭县第%d局", i)
		}
		o, err := c.store.SaveOrgan(b.Context(), org.Organ{Code: fmt.Sprint("N", i), Name: name, Kind: kind, Level: level, Parent: c.top.ID})
		if err != nil {
			b.Fatal(err)
		}
		c.organs[name] = o
		if i%9 == 4 {
			continue
		}
		c.report(name, func(r *annual.Report) {
			for k := range r.Chapters {
				var w strings.Builder
				for n := range 160 {
					w.WriteString(words[rng.IntN(len(words))])
					if n%9 == 8 {
						fmt.Fprintf(&w, "%d项。", rng.IntN(90))
					}
				}
				r.Chapters[k] = w.String()
			}
		})
		if i%9 != 5 {
			c.do(name, c.filing(name).Version, act.FilingSubmitted, receiveNow)
		}
	}
	c.report("青石镇", wrong)
	c.receive("青石镇")
	return c
}

// BenchmarkCollecting asks for the pages of collecting as the office of a county
// of sixty organs does. None is to take more than 100 ms.
func BenchmarkCollecting(b *testing.B) {
	c := sixty(b)
	for name, path := range map[string]string{"overview": "/desk/collecting?year=2025", "review": c.href("青石镇"), "return": c.href("青石镇") + "/return", "alike": "/desk/collecting/alike?year=2025",
		"calendar": "/desk/collecting/calendar?year=2025", "circular": "/desk/collecting/letters/circular?year=2025", "spreadsheet": "/desk/collecting/list/xlsx?year=2025"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				w := httptest.NewRecorder()
				c.handler.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
				if w.Code != 200 {
					b.Fatalf("%s answers %d", path, w.Code)
				}
			}
		})
	}
}
