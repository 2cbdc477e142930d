package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// RefNames says in Chinese what references are about, by reference: organs,
// persons and reports with their names, other things by their kind. What cannot
// be told is left out.
func (s *Store) RefNames(ctx context.Context, refs []string) (map[string]string, error) {
	organs, people := map[int64]string{}, map[int64]string{}
	for _, ref := range refs {
		switch kind, id, _ := cutRef(ref); kind {
		case "organ", "report", "setting", "portal", "filing", "filing-due", "counted":
			organs[id] = ""
		case "person", "account":
			people[id] = ""
		}
	}
	for _, q := range []struct {
		sql string
		of  map[int64]string
	}{{"select id, name from organ where id in ", organs}, {"select id, name from person where id in ", people}} {
		if err := s.names(ctx, q.sql, q.of); err != nil {
			return nil, fmt.Errorf("store: names: %w", err)
		}
	}
	out := make(map[string]string, len(refs))
	for _, ref := range refs {
		kind, id, rest := cutRef(ref)
		name := ""
		switch kind {
		case "organ":
			name = organs[id]
		case "report":
			name = organs[id] + rest + "年度报告"
		case "counted":
			name = organs[id] + rest + "年度汇总和计入单位名单"
		case "filing":
			name = organs[id] + rest + "年度报告的报送"
		case "package":
			name = organs[id] + rest + "年度报告的报送包"
		case "peer":
			name = "互联单位"
		case "filing-due":
			name = organs[id] + "规定的" + rest + "年度报告报送日期"
		case "portal":
			name = organs[id] + rest + "年度报告的门户网址"
		case "setting":
			if name = "设置“" + rest + "”"; id != 0 {
				name = organs[id] + name
			}
		case "person":
			name = people[id]
		case "account":
			name = people[id] + "的账号"
		case "log":
			name = "存证密钥"
		default:
			name = refKinds[kind]
		}
		if name != "" {
			out[ref] = name
		}
	}
	return out, nil
}

var refKinds = map[string]string{"task": "任务", "check": "全面核对", "sha256": "摘要", "approval": "审批", "handover": "工作交接", "post": "岗位", "notice": "通知", "act": "另一条留痕",
	"job": "后台作业", "export": "数据导出", "backup": "备份", "meeting": "领导小组会议", "group": "领导小组", "duty": "责任分工", "session": "登录",
	"plan": "工作要点", "plantask": "要点任务", "dispatch": "月度调度", "order": "整改通知", "accountability": "责任追究", "recurring": "重点公开事项",
	"voice": "投诉意见", "survey": "社会评议", "training": "培训", "incident": "事件", "equipment": "设备场所", "outlet": "公开渠道", "script": "广播稿"}

// cutRef takes kind/id/rest apart.
func cutRef(ref string) (kind string, id int64, rest string) {
	kind, tail, _ := strings.Cut(ref, "/")
	number, rest, _ := strings.Cut(tail, "/")
	id, _ = strconv.ParseInt(number, 10, 64)
	return kind, id, rest
}

// names fills the map by id.
func (s *Store) names(ctx context.Context, query string, of map[int64]string) error {
	if len(of) == 0 {
		return nil
	}
	args, places := make([]any, 0, len(of)), make([]string, 0, len(of))
	for id := range of {
		args = append(args, id)
		places = append(places, fmt.Sprintf("$%d", len(args)))
	}
	rows, err := s.read.QueryContext(ctx, query+"("+strings.Join(places, ",")+")", args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return err
		}
		of[id] = name
	}
	return rows.Err()
}
