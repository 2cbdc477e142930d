package oversight

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// EquipmentKind is what something of the ledger is.
type EquipmentKind string

// The kinds.
const (
	ReadingPoint EquipmentKind = "point"    // 政府信息查阅点
	Board        EquipmentKind = "board"    // 公开栏
	Screen       EquipmentKind = "screen"   // 电子显示屏
	Terminal     EquipmentKind = "terminal" // 自助查询终端
	Computer     EquipmentKind = "computer" // 计算机
	Cipher       EquipmentKind = "cipher"   // 加密计算机
	Printer      EquipmentKind = "printer"  // 打印复印设备
	Room         EquipmentKind = "room"     // 档案室、公开专区
	OtherThing   EquipmentKind = "other"
)

// EquipmentKinds lists them in the order of the form.
func EquipmentKinds() []EquipmentKind {
	return []EquipmentKind{ReadingPoint, Board, Screen, Terminal, Computer, Cipher, Printer, Room, OtherThing}
}

// Chinese is the kind on screen.
func (k EquipmentKind) Chinese() string {
	return map[EquipmentKind]string{ReadingPoint: "查阅点", Board: "公开栏", Screen: "电子屏", Terminal: "自助终端", Computer: "计算机", Cipher: "加密计算机", Printer: "打印复印", Room: "专区、档案室", OtherThing: "其他"}[k]
}

// EquipmentState is what it is good for.
type EquipmentState string

// The states.
const (
	InUse     EquipmentState = "use"    // 在用
	InRepair  EquipmentState = "repair" // 待修
	Spare     EquipmentState = "spare"  // 闲置
	OutOfWork EquipmentState = "ended"  // 停用、报废
)

// EquipmentStates lists those that the form offers.
func EquipmentStates() []EquipmentState { return []EquipmentState{InUse, InRepair, Spare} }

// Chinese is the state on screen.
func (s EquipmentState) Chinese() string {
	return map[EquipmentState]string{InUse: "在用", InRepair: "待修", Spare: "闲置", OutOfWork: "已停用"}[s]
}

// Equipment is a place or a thing of the ledger of equipment and premises
// 设备场所台账.
type Equipment struct {
	ID         int64
	Organ      int64
	Kind       EquipmentKind
	Name       string
	Code       string // asset number, "" for none
	Place      string
	Keeper     int64  // person who answers for it, 0 for one without a record
	KeeperName string // of one without a record
	State      EquipmentState
	Since      law.Date // in the ledger since, zero if not known
	Until      law.Date // last day, zero while it is there
	Every      int      // months between checks, 0 for none
	NextCheck  law.Date // zero for none
	Note       string
	Version    int64
	Checks     []EquipmentCheck
	Visits     []PlaceVisit
}

// An EquipmentCheck is one look at it.
type EquipmentCheck struct {
	ID     int64
	On     law.Date
	Who    string
	Result string
	Good   bool
	Photo  int64 // private file, 0 for none
}

// A PlaceVisit is what happened at a 查阅点 on a day. It names nobody.
type PlaceVisit struct {
	ID      int64
	On      law.Date
	Persons int
	Items   int // read
	Prints  int // pages
	Need    string
}

// Check reports in Chinese what is wrong with an entry, by field.
func (e Equipment) Check(today law.Date) map[string]string {
	bad := map[string]string{}
	if !slices.Contains(EquipmentKinds(), e.Kind) {
		bad["kind"] = "请选择是哪一类。"
	}
	for _, c := range []struct {
		field, text string
		most        int
		lines       bool
	}{{"name", e.Name, 60, false}, {"code", e.Code, 40, false}, {"place", e.Place, 80, false}, {"keeper_name", e.KeeperName, 30, false}, {"note", e.Note, 500, true}} {
		if m := badText(c.text, c.most, c.lines); m != "" {
			bad[c.field] = m
		}
	}
	if strings.TrimSpace(e.Name) == "" {
		bad["name"] = "请写名称，例如“便民服务中心查阅点”。"
	}
	if strings.TrimSpace(e.Place) == "" {
		bad["place"] = "请写放在哪里，例如“便民服务中心一楼大厅”。"
	}
	if e.Kind == Cipher && e.Keeper == 0 && strings.TrimSpace(e.KeeperName) == "" {
		bad["keeper"] = "加密计算机必须有专人管理，请选择或写明保管人。"
	}
	if !slices.Contains(EquipmentStates(), e.State) {
		bad["state"] = "请选择状态。"
	}
	if e.Every < 0 || e.Every > 60 {
		bad["every"] = "检查间隔写0至60个月，0表示不定期。"
	}
	if !e.Since.IsZero() && e.Since.After(today) {
		bad["since"] = "启用的日期还没有到。"
	}
	if e.Organ == 0 {
		bad["organ"] = "请选择机关。"
	}
	return bad
}

// gone is a refusal for what is no longer there.
func (e *Equipment) gone() error {
	if e.State == OutOfWork {
		return act.Refuse("这一项已于" + e.Until.Chinese() + "停用。")
	}
	return nil
}

// Inspect keeps a check and sets the day of the next one.
func (e *Equipment) Inspect(c EquipmentCheck, today law.Date) error {
	if err := e.gone(); err != nil {
		return err
	}
	switch {
	case !c.On.Valid() || c.On.After(today):
		return act.Refuse("请写检查的日期，不能晚于今天。")
	case strings.TrimSpace(c.Result) == "":
		return act.Refuse("请写检查的情况，例如“内容已更新，无破损”。")
	case badText(c.Result, 500, true) != "" || badText(c.Who, 30, false) != "":
		return act.Refuse("检查情况最多500字，不能有无法显示的字符。")
	}
	c.Result, c.Who = strings.TrimSpace(c.Result), strings.TrimSpace(c.Who)
	e.Checks = append(slices.Clone(e.Checks), c)
	if e.NextCheck = (law.Date{}); e.Every > 0 {
		e.NextCheck = addMonths(c.On, e.Every)
	}
	if !c.Good && e.State == InUse {
		e.State = InRepair
	} else if c.Good && e.State == InRepair {
		e.State = InUse
	}
	return nil
}

// addMonths is the same day so many months later, or the last day of that month.
func addMonths(d law.Date, n int) law.Date {
	m := d.Month - 1 + n
	y, m := d.Year+m/12, m%12+1
	for day := d.Day; day > 27; day-- {
		if x := (law.Date{Year: y, Month: m, Day: day}); x.Valid() {
			return x
		}
	}
	return law.Date{Year: y, Month: m, Day: min(d.Day, 28)}
}

// Visit keeps a day of a reading point.
func (e *Equipment) Visit(x PlaceVisit, today law.Date) error {
	if err := e.gone(); err != nil {
		return err
	}
	switch {
	case e.Kind != ReadingPoint && e.Kind != Terminal && e.Kind != Room:
		return act.Refuse("只有查阅点、自助终端和公开专区登记查阅服务。")
	case !x.On.Valid() || x.On.After(today):
		return act.Refuse("请写日期，不能晚于今天。")
	case !e.Since.IsZero() && x.On.Before(e.Since):
		return act.Refuse("这个查阅点" + e.Since.Chinese() + "才启用。")
	case x.Persons < 1 || x.Persons > 10_000 || x.Items < 0 || x.Items > 100_000 || x.Prints < 0 || x.Prints > 100_000:
		return act.Refuse("请写接待人次（至少1）、查阅条数和打印页数，都是不小于0的整数。")
	case badText(x.Need, 200, false) != "":
		return act.Refuse("需求最多200字，不能有无法显示的字符。")
	case len(VoiceContent{}.PersonalIn(x.Need)) > 0:
		return act.Refuse("查阅登记不写个人信息。需求只写查什么，例如“危房改造政策”。")
	}
	x.Need = strings.TrimSpace(x.Need)
	e.Visits = append(slices.Clone(e.Visits), x)
	return nil
}

// Retire takes it out of the ledger, with the reason.
func (e *Equipment) Retire(on law.Date, why string, today law.Date) error {
	if err := e.gone(); err != nil {
		return err
	}
	switch {
	case !on.Valid() || on.After(today):
		return act.Refuse("请写停用的日期，不能晚于今天。")
	case strings.TrimSpace(why) == "":
		return act.Refuse("请写停用的原因，例如“报废”“移交档案室”。")
	case badText(why, 200, false) != "":
		return act.Refuse("原因最多200字，不能有无法显示的字符。")
	}
	e.State, e.Until, e.NextCheck = OutOfWork, on, law.Date{}
	e.Note = strings.TrimSpace(e.Note + fmt.Sprintf("\n%s停用：%s", on, strings.TrimSpace(why)))
	return nil
}
