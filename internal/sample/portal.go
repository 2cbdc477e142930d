package sample

import (
	"fmt"

	"gongkai/law"
	"gongkai/store"
)

// portal is what the county's office did with what was published: it put it on
// the county portal and wrote down where it stands there, all of the year before
// last and some of the last.
func (m *making) portal() {
	county := m.organ[Name]
	for name, value := range map[string]string{
		"portal.base":    "https://www.yunling.example.cn/zwgk/nb/",
		"portal.columns": "文章标题=标题\n信息来源=发布机构\n发布时间=发布日期\n体裁=\"年度报告\"\n内容文件=正文文件\n附件=附件",
	} {
		if as := m.as(Administrator); m.err == nil {
			m.did(m.st.SaveSetting(m.ctx, as, store.Setting{Organ: county.ID, Name: name, Value: value}))
		}
	}
	for year := LastYear - 1; year <= LastYear && m.err == nil; year++ {
		rows, _, err := m.st.PortalRows(m.ctx, store.PortalQuery{Viewer: m.by(law.Date{}).Viewer, Year: year, Limit: store.MaxReports})
		if m.err = err; err != nil {
			return
		}
		var list []store.PortalLink
		for i, r := range rows {
			day := r.Published.AddDays(1)
			if year == LastYear && i%3 == 2 || day.After(m.today) || r.Link.Version != 0 {
				continue
			}
			list = append(list, store.PortalLink{Organ: r.Organ.ID, Year: year, URL: fmt.Sprintf("https://www.yunling.example.cn/zwgk/nb/%d/%s.html", year, r.Organ.Code), On: day})
		}
		if as := m.as(Administrator); m.err == nil && len(list) > 0 {
			_, d, err := m.st.LinkPortals(m.ctx, as, list, false)
			m.did(d, err)
		}
	}
}
