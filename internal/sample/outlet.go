package sample

import (
	"gongkai/act"
	"gongkai/law"
	"gongkai/oversight"
	"gongkai/proactive"
	"gongkai/store"
)

// outlets are the channels of 青石镇: accounts, boards, a loudspeaker, a screen in
// the hall, a reading place that receives people, and copies of the guide.
func (m *making) outlets() {
	town := m.organ["青石镇"]
	if m.err != nil {
		return
	}
	live, err := m.st.Items(m.ctx, m.as("qingshi").Viewer, store.ItemQuery{Organ: town.ID, Standing: proactive.Live, Limit: 12})
	if err != nil {
		m.err = err
		return
	}
	if len(live) == 0 {
		return // a store without a key has no items
	}
	put := func(o proactive.Outlet) int64 {
		o.Organ, o.Since = town.ID, m.today.AddDays(-300)
		if as := m.as("qingshi"); m.err == nil {
			return m.id(m.st.SaveOutlet(m.ctx, as, o))
		}
		return 0
	}
	chat := put(proactive.Outlet{Kind: proactive.WeChat, Name: "青石发布", Account: "qingshi-fabu", Keeper: "何晓禾"})
	video := put(proactive.Outlet{Kind: proactive.VideoFeed, Name: "美丽青石", Account: "meili-qingshi", Keeper: "何晓禾"})
	hall := put(proactive.Outlet{Kind: proactive.Board, Name: "政务公开栏", Place: "镇政府大院外墙", Size: "6米×1.5米", Keeper: "党政办", Sides: []proactive.Side{proactive.Government, proactive.Party}})
	village := put(proactive.Outlet{Kind: proactive.Board, Name: "石门村公开栏", Place: "石门村村委会院外", Size: "2.4米×1.2米", Keeper: "石门村文书", Sides: []proactive.Side{proactive.Government, proactive.Village, proactive.Finance}})
	speaker := put(proactive.Outlet{Kind: proactive.Speaker, Name: "村村响广播", Place: "14个村（社区）", Keeper: "文化站"})
	screen := put(proactive.Outlet{Kind: proactive.Screen, Name: "便民大厅屏", Place: "镇便民服务中心一楼大厅", Size: "横屏 1920×1080", Keeper: "综合窗口",
		Playlist: proactive.Playlist{Notes: []string{"办理城乡居民医疗保险缴费，请到2号窗口，带身份证。工作日上午8:30至12:00，下午2:30至5:30。"}, Periods: true, Newest: 8, Seconds: 12}})
	post := func(p proactive.Posting, ago int) {
		p.On = m.today.AddDays(-ago)
		if as := m.as("qingshi"); m.err == nil {
			m.did(m.st.SavePosting(m.ctx, as, p))
		}
	}
	topics := proactive.DefaultTopics()
	for i, x := range live {
		if ago := 3 + 4*i; i < 6 {
			post(proactive.Posting{Outlet: chat, Item: x.ID, Topic: topics[i%3], Link: "https://example.com/qingshi/" + x.Made.String()}, ago+20)
			if i%2 == 0 {
				post(proactive.Posting{Outlet: hall, Item: x.ID, Topic: topics[i%3], Until: m.today.AddDays(20 - 9*i)}, ago)
			}
			if i == 1 {
				post(proactive.Posting{Outlet: speaker, Item: x.ID, Topic: topics[i%3], Note: "7:00、18:30各播两遍"}, ago)
			}
		}
	}
	post(proactive.Posting{Outlet: village, Title: "石门村三季度财务收支", Side: proactive.Finance, Until: m.today.AddDays(60)}, 12)
	post(proactive.Posting{Outlet: village, Title: "石门村“四议两公开”事项", Side: proactive.Village, Until: m.today.AddDays(10)}, 6)
	post(proactive.Posting{Outlet: hall, Title: "上半年党费收缴情况", Side: proactive.Party}, 40)
	post(proactive.Posting{Outlet: video, Title: "一分钟看懂医保缴费", Topic: "民生"}, 5)
	if as := m.as("qingshi"); m.err == nil {
		m.did(m.st.OpenScreen(m.ctx, as, screen, 1, false))
	}
	m.readers(town.ID)
}

// readers are who came to the reading place, and who got the guide.
func (m *making) readers(town int64) {
	if m.err != nil {
		return
	}
	list, err := m.st.EquipmentList(m.ctx, m.as("qingshi").Viewer, store.EquipmentQuery{Organ: town, Kind: oversight.ReadingPoint})
	if err != nil {
		m.err = err
		return
	}
	for _, e := range list[:min(1, len(list))] {
		if as := m.as("qingshi"); m.err == nil {
			m.did(m.st.SavePlace(m.ctx, as, store.ReadingPlace{Equipment: e.ID, Address: "青石镇政府路1号便民服务中心一楼", Hours: "工作日8:30—12:00，14:30—17:30", Staff: "综合窗口工作人员", Zones: store.Zones(), Shown: true}))
		}
		for i, need := range []string{"低保、临时救助怎么申请", "宅基地审批进度", "低保、临时救助怎么申请", "土地流转补贴标准"} {
			if as := m.as("qingshi"); m.err == nil {
				m.did(m.st.WithEquipment(m.ctx, as, e.ID, 0, act.EquipmentVisited, func(x *oversight.Equipment, today law.Date) error {
					return x.Visit(oversight.PlaceVisit{On: m.today.AddDays(-7 * i), Persons: 9 + i, Items: 12 + 2*i, Prints: 3 * i, Need: need}, today)
				}))
			}
		}
	}
	give := func(name string, n int) store.GuideCopies {
		return store.GuideCopies{Organ: town, What: "政府信息公开指南", Receiver: name, Copies: n, On: m.today.AddDays(-15)}
	}
	if as := m.as("qingshi"); m.err == nil {
		m.did(m.st.GiveCopies(m.ctx, as, []store.GuideCopies{give("石门村", 60), give("下河村", 50), give("便民服务中心综合窗口", 200)}))
	}
}
