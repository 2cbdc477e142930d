package proactive

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"gongkai/law"
)

// 199 = 民生 122 + 财务 24 + 新闻政策宣传 53 over boards and a video account, where
// what stands on both counts once.
func TestSumOverChannels(t *testing.T) {
	var list []Shown
	day := law.Day(2023, 3, 1)
	for _, x := range []struct {
		topic string
		n     int
	}{{"民生", 122}, {"财务", 24}, {"新闻政策宣传", 53}} {
		for i := range x.n {
			m := fmt.Sprint(x.topic, i)
			list = append(list, Shown{Matter: m, Topic: x.topic, Kind: Board, On: day})
			if i%3 == 0 { // also on the account, a day later and filed there under another topic
				list = append(list, Shown{Matter: m, Topic: "民生", Kind: VideoFeed, On: day.AddDays(1)})
			}
		}
	}
	list = append(list, Shown{Matter: "党员大会", Side: Party, Kind: Board, On: day}, Shown{Matter: "党员大会", Side: Party, Kind: VideoFeed, On: day}, Shown{Matter: "账目", Side: Village, Kind: Board, On: day})
	s := SumOutlets(DefaultTopics(), list)
	if s.All != 199 || s.Total["民生"] != 122 || s.Total["财务"] != 24 || s.Total["新闻政策宣传"] != 53 {
		t.Errorf("%d = %v", s.All, s.Total)
	}
	if s.Column[Board] != 199 || s.Column[VideoFeed] != 41+8+18 || s.Apart[Party] != 1 || s.Apart[Village] != 1 {
		t.Errorf("columns %v, apart %v", s.Column, s.Apart)
	}
	want := "通过视频号、短视频、公开栏公开政府信息199条，其中民生类122条，财务类24条，新闻政策宣传类53条（同一条信息在多个渠道公开的只计一次）。另公开党务信息1条、村务信息1条。"
	if got := s.Sentence(); got != want {
		t.Errorf("sentence\n%s\nwant\n%s", got, want)
	}
}

func TestSpokenNumbers(t *testing.T) {
	for in, want := range map[string]string{
		"0": "零", "10": "十", "15": "十五", "110": "一百一十", "105": "一百零五", "1000": "一千", "1001": "一千零一", "10000": "一万", "10500": "一万零五百",
		"100,005": "十万零五", "12345678": "一千二百三十四万五千六百七十八", "100000000": "一亿", "100010000": "一亿零一万", "3.05": "三点零五", "200002": "二十万零二",
	} {
		if got := Numeral(in); got != want {
			t.Errorf("%s is %s, want %s", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"2026年3月5日8:30":  "二零二六年三月五日八点半",
		"青政发〔2026〕12号":   "青政发二零二六年十二号",
		"电话0555-1234567": "电话零五五五一二三四五六七",
		"补贴120.5元，覆盖98%": "补贴一百二十点五元，覆盖百分之九十八",
		"3-5天":           "三至五天",
		"9:05":           "九点零五分",
		"没有数字，也没有变化。":    "没有数字，也没有变化。",
		"身份证复印件2份，到2号窗口办理，周末不休息。": "身份证复印件二份，到二号窗口办理，周末不休息。",
	} {
		if got := Spoken(in); got != want {
			t.Errorf("%s is spoken %s, want %s", in, got, want)
		}
	}
}

// A script has short sentences and says once more what must be remembered.
func TestSpeech(t *testing.T) {
	s := Speech("青石镇人民政府", "关于做好汛期安全工作的通知", "各村（居）民委员会要加强巡查，及时转移受威胁的群众，确保人民群众生命财产安全，做到早发现、早报告、早处置。补贴申报截止到2026年6月30日。2026年度城乡居民基本医疗保险集中征缴期到当年十二月底为止，请逐户告知，特别是外出务工人员，做到应参尽参。\n咨询电话0555-1234567。", "到村公开栏查看")
	for l := range strings.Lines(s) {
		if n := utf8.RuneCountInString(strings.TrimSpace(l)); n > 42 {
			t.Errorf("a sentence of %d characters: %s", n, l)
		}
	}
	if strings.Count(s, "六月三十日") != 2 || strings.ContainsAny(s, "0123456789") || !strings.Contains(s, "重点再说一遍") || !strings.Contains(s, "青石镇人民政府") {
		t.Error(s)
	}
}

// A page of a screen never holds more than five lines of its width, and nothing
// of the text is lost but what is cut and said to be.
func TestSlides(t *testing.T) {
	long := strings.Repeat("为了做好汛期地质灾害防治工作，镇政府决定从2026年5月1日起开展巡查，电话0555-1234567。", 12)
	for _, narrow := range []bool{false, true} {
		list := Slides(Slide{Title: "通知"}, long, narrow)
		got := ""
		for i, x := range list {
			if len(x.Lines) > SlideLines || x.N != i+1 || x.Of != len(list) {
				t.Errorf("page %+v", x)
			}
			for _, l := range x.Lines {
				got += l
				width := wideLine
				if narrow {
					width = narrowLine
				}
				if n := utf8.RuneCountInString(l); n > width*2 || strings.HasPrefix(l, "，") || strings.HasPrefix(l, "。") {
					t.Errorf("line %q", l)
				}
			}
		}
		if !list[len(list)-1].Cut && got != long {
			t.Errorf("narrow %v: text was lost: %s", narrow, got)
		}
		if narrow && !list[len(list)-1].Cut {
			t.Error("a text that is too long was not cut")
		}
	}
	if list := Slides(Slide{Title: "只有标题"}, "", false); len(list) != 1 || len(list[0].Lines) != 0 {
		t.Errorf("%+v", list)
	}
}

func TestPostingsAreChecked(t *testing.T) {
	today := law.Day(2026, 3, 2)
	good := Posting{Outlet: 1, Title: "低保名单", Topic: "民生", On: today}
	if bad := good.Check(DefaultTopics(), today); len(bad) != 0 {
		t.Error(bad)
	}
	for field, p := range map[string]Posting{
		"outlet": {Title: "x", Topic: "民生", On: today}, "title": {Outlet: 1, Topic: "民生", On: today}, "topic": {Outlet: 1, Title: "x", On: today, Topic: "别的"},
		"on": {Outlet: 1, Title: "x", Topic: "民生", On: today.AddDays(1)}, "until": {Outlet: 1, Title: "x", Topic: "民生", On: today, Until: today.AddDays(-1)},
		"link": {Outlet: 1, Title: "x", Topic: "民生", On: today, Link: "javascript:alert(1)"},
	} {
		if bad := p.Check(DefaultTopics(), today); bad[field] == "" {
			t.Errorf("%s is not refused: %v", field, bad)
		}
	}
	if (Posting{Outlet: 1, Title: "党费", Side: Party, On: today}).Check(DefaultTopics(), today)["topic"] != "" {
		t.Error("党务 needs no topic")
	}
	if bad := (Outlet{Organ: 1, Kind: Board, Name: "公开栏"}).Check(today); bad["place"] == "" {
		t.Error("a board without a place")
	}
}
