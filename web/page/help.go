package page

import "strings"

// A chapter of the manual speaks of the addresses that begin so.
type chapter struct{ prefix, page string }

// chapters lead from a place of the program to the page of docs/manual that
// describes it; the longest prefix counts.
func chapters() []chapter {
	return []chapter{
		{"/apply", "shenqing"}, {"/deadline", "yishenqing"}, {"/fee", "yishenqing"}, {"/voice", "tousu-yijian"}, {"/survey", "taizhang"},
		{"/log", "cunzheng"}, {"/reports", "gongkai-daochu"}, {"/open", "gongkai-daochu"}, {"/open/answers", "xuqiu"}, {"/desk/demand", "xuqiu"}, {"/desk/synonyms", "xuqiu"},
		{"/items", "gongkai-wangzhan"}, {"/item", "gongkai-wangzhan"}, {"/o/", "gongkai-wangzhan"}, {"/search", "gongkai-wangzhan"}, {"/catalogue", "mulu-zhinan"}, {"/guide", "mulu-zhinan"},
		{"/library", "gongkai-wangzhan"}, {"/places", "gongkai-wangzhan"}, {"/subscribe", "gongkai-wangzhan"}, {"/sitemap", "gongkai-wangzhan"},
		{"/check", "hedui"}, {"/rules", "hedui"}, {"/fill", "tianbao"}, {"/kit", "shoubao"},
		{"/signin", "denglu"}, {"/account", "denglu"},
		{"/desk", "gongzuotai"}, {"/desk/notices", "tongzhi"}, {"/desk/people", "renyuan"}, {"/desk/handovers", "renyuan"}, {"/desk/organs", "jiguan"},
		{"/desk/log", "cunzheng"}, {"/desk/items", "zhudong-gongkai"}, {"/desk/words", "shencha"}, {"/desk/sensitive", "shencha"},
		{"/desk/catalogue", "mulu-zhinan"}, {"/desk/guide", "mulu-zhinan"}, {"/desk/register", "mulu-zhinan"}, {"/desk/monthly", "mulu-zhinan"}, {"/desk/standard", "mulu-zhinan"}, {"/desk/powers", "mulu-zhinan"}, {"/desk/cleanups", "mulu-zhinan"},
		{"/desk/outlets", "qudao-gongkailan"}, {"/desk/places", "qudao-gongkailan"}, {"/desk/postings", "qudao-gongkailan"}, {"/desk/posters", "qudao-gongkailan"}, {"/desk/scripts", "qudao-gongkailan"}, {"/desk/items/outlet", "qudao-gongkailan"},
		{"/desk/submissions", "jiance-yisong-bulu"}, {"/desk/backfill", "jiance-yisong-bulu"}, {"/desk/monitor", "jiance-yisong-bulu"},
		{"/desk/requests", "yishenqing"}, {"/desk/ledgers", "yishenqing"},
		{"/desk/filing", "nianbao-baosong"}, {"/desk/collecting", "nianbao-shouji"}, {"/desk/totals", "nianbao-huizong"}, {"/desk/reports", "hedui"}, {"/desk/packages", "baosongbao"}, {"/desk/portal", "gongkai-daochu"},
		{"/desk/plan", "gongzuo-yaodian"}, {"/desk/dispatch", "gongzuo-yaodian"}, {"/desk/orders", "gongzuo-yaodian"}, {"/desk/orderreplies", "gongzuo-yaodian"}, {"/desk/recurring", "gongzuo-yaodian"}, {"/desk/accountability", "gongzuo-yaodian"},
		{"/desk/scores", "kaohe"}, {"/desk/demand", "xuqiu"}, {"/desk/words/synonyms", "xuqiu"}, {"/desk/items/statistics", "xuqiu"}, {"/desk/items/links", "jiance-yisong-bulu"}, {"/desk/voices", "tousu-yijian"},
		{"/desk/trainings", "taizhang"}, {"/desk/surveys", "taizhang"}, {"/desk/equipment", "taizhang"}, {"/desk/incidents", "taizhang"},
	}
}

// helpFor is the address of the help for a place: the chapter that speaks of
// it, else the index.
func helpFor(path string) string {
	best := chapter{}
	for _, c := range chapters() {
		if len(c.prefix) > len(best.prefix) && strings.HasPrefix(path, c.prefix) {
			best = c
		}
	}
	if best.page == "" {
		return "/help"
	}
	return "/help/" + best.page
}
