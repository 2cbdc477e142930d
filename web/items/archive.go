package items

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) archiveRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/items/archive", Verb: org.SeeItems, Serve: t.archive},
		{Pattern: "POST /desk/items/archive", Verb: org.PublishItems, Body: formBody, Serve: t.archiveAct},
		{Pattern: "GET /desk/items/archive/list/{format}", Verb: org.SeeItems, Serve: t.archiveList},
		{Pattern: "GET /desk/items/archive/package", Verb: org.SeeItems, Time: packTime, Serve: t.archivePack},
		{Pattern: "GET /desk/items/archive/scan/{file}", Verb: org.SeeItems, Serve: t.archiveScan},
	}
}

type archivePage struct {
	page.Base
	Key     string
	Rows    []archiveRow
	More    bool
	Volume  page.Field
	Box     page.Field
	Failure string
	Failed  []page.Link
	Volumes []volumeLine
	May     bool
	Hand    []page.Field
	Chosen  []page.Option // volumes to hand over
}

type archiveRow struct {
	ID, Version        int64
	What               page.Link
	Number, DocNo, Out string
	Kind, Organ        string
	State              page.Tag
	Ticked             bool
}

type volumeLine struct {
	store.Volume
	Pack, List string
	Hands      []handLine
}

type handLine struct {
	store.VolumeHand
	Href string
}

// HandOpen reports whether the form of a hand-over was sent and is shown again.
func (p archivePage) HandOpen() bool {
	return slices.ContainsFunc(p.Hand, func(f page.Field) bool { return f.Message != "" })
}

var archiveTemplate = page.NewTemplate(templates, "templates/archive.html")

const archiveRows = 100

func (t *Items) archive(w http.ResponseWriter, r *http.Request) error {
	return t.showArchive(w, r, http.StatusOK, archivePage{}, nil)
}

func (t *Items) showArchive(w http.ResponseWriter, r *http.Request, code int, p archivePage, bad map[string]string) error {
	v := page.VisitOf(r).Viewer
	p.Base, p.Key, p.May = t.base(r, "itemarchive", "立卷归档"), page.NewKey(), org.Able(v, org.PublishItems)
	p.Styles = append(p.Styles, t.assets.Path("review.css"))
	p.Crumbs = crumbs()
	rows, err := t.store.Items(r.Context(), v, store.ItemQuery{Loose: true, Limit: archiveRows})
	if err != nil {
		return err
	}
	p.More = len(rows) == archiveRows
	for _, x := range rows {
		title := x.Title
		if title == "" {
			title = "（已紧急撤下）"
		}
		p.Rows = append(p.Rows, archiveRow{ID: x.ID, Version: x.Version, What: page.Link{Text: title, Href: itemHref(x.ID)}, Number: x.Number, DocNo: x.DocNo, Out: x.Published.String(), Kind: x.Kind.Chinese(), Organ: x.OrganName, State: stateTag(x.Stage, x.Standing), Ticked: ticked(r, x.ID)})
	}
	volume := r.PostFormValue("volume")
	if volume == "" {
		volume = fmt.Sprintf("%d-政务公开-001", t.cfg.Today().Year)
	}
	p.Volume = page.Field{Name: "volume", Label: "卷号", Max: 20, Value: volume, Hint: "按本机关的归档办法编。", Message: bad["volume"]}
	p.Box = page.Field{Name: "box", Label: "盒号", Max: 20, Value: r.PostFormValue("box"), Hint: "没有的不填。", Message: bad["box"]}
	volumes, err := t.store.Volumes(r.Context(), v, 100)
	if err != nil {
		return err
	}
	p.Chosen = []page.Option{{Text: "请选择"}}
	for _, x := range volumes {
		q := url.Values{"organ": {strconv.FormatInt(x.Organ, 10)}, "volume": {x.Name}}.Encode()
		l := volumeLine{Volume: x, Pack: "/desk/items/archive/package?" + q, List: "/desk/items/archive/list/docx?" + q}
		for _, h := range x.Handed {
			y := handLine{VolumeHand: h}
			if h.Scan != 0 {
				y.Href = fmt.Sprintf("/desk/items/archive/scan/%d?%s", h.Scan, q)
			}
			l.Hands = append(l.Hands, y)
		}
		p.Volumes = append(p.Volumes, l)
		value := fmt.Sprintf("%d/%s", x.Organ, x.Name)
		p.Chosen = append(p.Chosen, page.Option{Value: value, Text: x.OrganName + " " + x.Name, Selected: value == r.PostFormValue("hand-of")})
	}
	say := func(f page.Field) page.Field {
		if f.Kind != "file" {
			f.Value = r.PostFormValue(f.Name)
		}
		f.Message = bad[strings.TrimPrefix(f.Name, "hand-")]
		return f
	}
	p.Hand = []page.Field{{Name: "hand-of", Label: "案卷", Kind: "select", Options: p.Chosen, Message: bad["of"]}, say(page.Field{Name: "hand-to", Label: "接收单位", Max: 60, Hint: "例如：云岭县档案馆、云岭县图书馆"}), say(page.Field{Name: "hand-paper", Label: "移交日期", Kind: "date"}),
		say(page.Field{Name: "hand-signer", Label: "签收人", Max: 40}), say(page.Field{Name: "hand-copies", Label: "份数", Kind: "number"}), say(page.Field{Name: "hand-scan", Label: "双方签字的移交清单", Kind: "file", Accept: ".pdf,.jpg,.jpeg,.png", Hint: "PDF、JPG 或 PNG，不超过 20 MB。"})}
	return page.RenderStatus(w, r, code, archiveTemplate, p)
}

func (t *Items) archiveAct(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r); err != nil {
		return err
	}
	if r.PostFormValue("do") == "hand" {
		return t.handVolume(w, r)
	}
	ticks := r.PostForm["tick"]
	volume, box := strings.TrimSpace(r.PostFormValue("volume")), strings.TrimSpace(r.PostFormValue("box"))
	bad := map[string]string{}
	if volume == "" || len([]rune(volume)) > 20 || strings.ContainsFunc(volume, func(c rune) bool { return c < ' ' || strings.ContainsRune(`\/:*?"<>|`, c) }) {
		bad["volume"] = "请写卷号，20个字以内，不用斜线、冒号和引号，例如 2026-政务公开-001。"
	}
	if len([]rune(box)) > 20 {
		bad["box"] = "盒号最多20个字。"
	}
	switch {
	case len(bad) > 0:
		return t.showArchive(w, r, http.StatusUnprocessableEntity, archivePage{}, bad)
	case len(ticks) == 0:
		return t.showArchive(w, r, http.StatusUnprocessableEntity, archivePage{Failure: "请先勾选要立卷的信息。"}, nil)
	case len(ticks) > archiveRows:
		return &page.Input{Text: fmt.Sprintf("一次最多立卷%d件，请分几次。", archiveRows)}
	}
	base := page.By(r)
	p := archivePage{}
	for _, tick := range ticks {
		id, err := strconv.ParseInt(tick, 10, 64)
		if err != nil {
			return page.ErrNotFound
		}
		by := base
		if by.Key != "" {
			by.Key = clip(by.Key, 60) + "-" + tick
		}
		version, _ := strconv.ParseInt(r.PostFormValue("v"+tick), 10, 64)
		_, err = t.store.WithItem(r.Context(), by, id, version, func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
			return x.Archive(d, volume, box)
		})
		var no *act.Refusal
		switch {
		case err == nil:
			continue
		case errors.As(err, &no):
		case errors.Is(err, store.ErrConflict):
			no = act.Refuse("别人刚刚办理了这一件，请刷新后再看。")
		default:
			return err
		}
		x, err := t.store.Item(r.Context(), base.Viewer, id)
		if err != nil {
			return err
		}
		p.Failed = append(p.Failed, page.Link{Text: titleOf(x), Href: itemHref(id), Key: no.Text})
	}
	if len(p.Failed) > 0 {
		return t.showArchive(w, r, http.StatusUnprocessableEntity, p, nil)
	}
	return page.Done(w, r, "/desk/items/archive", "filedaway", store.Done{})
}

// handVolume registers that a volume was handed over.
func (t *Items) handVolume(w http.ResponseWriter, r *http.Request) error {
	s := &sent{do: "hand", r: r, today: t.cfg.Today(), bad: map[string]string{}, by: page.By(r)}
	organText, volume, _ := strings.Cut(s.text("of"), "/")
	organ, err := strconv.ParseInt(organText, 10, 64)
	if err != nil || volume == "" {
		s.bad["of"] = "请选择案卷。"
	}
	to := s.need("to", "请写接收的单位，例如“云岭县档案馆”。")
	if s.past("paper").IsZero() && s.bad["paper"] == "" {
		s.bad["paper"] = "请写移交的日期。"
	}
	if s.need("signer", "请写签收人的姓名。") != "" {
		s.paper()
	}
	copies, _ := strconv.Atoi(s.text("copies"))
	if copies < 1 || copies > 999 {
		s.bad["copies"] = "请写份数，1至999。"
	}
	if len(s.bad) > 0 {
		return t.showArchive(w, r, http.StatusUnprocessableEntity, archivePage{}, s.bad)
	}
	list, err := t.store.VolumeItems(r.Context(), page.VisitOf(r).Viewer, organ, volume)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return page.ErrNotFound
	}
	scan, err := t.keepScanOf(r, store.VolumeRef(organ, volume), s)
	if err != nil {
		return err
	}
	if len(s.bad) > 0 {
		return t.showArchive(w, r, http.StatusUnprocessableEntity, archivePage{}, s.bad)
	}
	d, err := t.store.HandVolume(r.Context(), s.by, organ, volume, store.VolumeHand{To: to, On: s.past("paper"), Copies: copies, Taker: s.by.Signer, Scan: scan}, s.by.Paper.Scan)
	var no *act.Refusal
	if errors.As(err, &no) {
		return t.showArchive(w, r, http.StatusUnprocessableEntity, archivePage{Failure: no.Text}, nil)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/desk/items/archive", "handedover", d)
}

// volumeOf is the volume that the address names, with what is in it.
func (t *Items) volumeOf(r *http.Request) (int64, string, []store.ItemRow, error) {
	organ, err := strconv.ParseInt(r.FormValue("organ"), 10, 64)
	if err != nil {
		return 0, "", nil, page.ErrNotFound
	}
	list, err := t.store.VolumeItems(r.Context(), page.VisitOf(r).Viewer, organ, r.FormValue("volume"))
	if err == nil && len(list) == 0 {
		err = page.ErrNotFound
	}
	return organ, r.FormValue("volume"), list, err
}

// archiveList prints the list that both sides sign.
func (t *Items) archiveList(w http.ResponseWriter, r *http.Request) error {
	_, volume, list, err := t.volumeOf(r)
	if err != nil {
		return err
	}
	table := reporting.LetterTable{Head: []string{"序号", "题名", "文号", "索引号", "成文日期", "发布日期", "备注"}, Shares: []float64{0.7, 4, 1.7, 2.2, 1.3, 1.3, 1}}
	for i, x := range list {
		note := ""
		if x.Standing != proactive.Live {
			note = x.Standing.Chinese()
		}
		title := x.Title
		if title == "" {
			title = "（内容已清除）"
		}
		table.Rows = append(table.Rows, []string{strconv.Itoa(i + 1), title, x.DocNo, x.Number, x.Made.String(), x.Published.String(), note})
	}
	sign := reporting.LetterTable{Caption: "移交", Head: []string{"", "单位", "签名", "日期"}, Shares: []float64{1.4, 4, 2, 2}, Rows: [][]string{{"移交方", list[0].OrganName, "", ""}, {"接收方", "", "", ""}}}
	l := reporting.Letter{Title: "主动公开政府信息移交清单", Number: "卷号 " + volume, Text: fmt.Sprintf("根据《中华人民共和国政府信息公开条例》第二十五条，移交下列主动公开的政府信息%d件。电子归档包随清单移交，包内SHA256SUMS列有每个文件的校验值。", len(list)),
		Tables: []reporting.LetterTable{table, sign}, From: list[0].OrganName, Dated: t.cfg.Today()}
	return t.give(w, r, l, "移交清单"+clip(strings.Map(printable, volume), 30))
}

func (t *Items) archiveScan(w http.ResponseWriter, r *http.Request) error {
	organ, volume, _, err := t.volumeOf(r)
	if err != nil {
		return err
	}
	file, err := strconv.ParseInt(r.PathValue("file"), 10, 64)
	if err != nil {
		return page.ErrNotFound
	}
	p, in, err := t.store.OpenVolumeScan(r.Context(), page.VisitOf(r).Viewer, organ, volume, file)
	if err != nil {
		return err
	}
	return page.SendFile(w, "移交清单"+scanEnd[p.Type], p.Type, p.Size, in)
}

// days of a volume in words.
func (v volumeLine) Days() string {
	days := slices.DeleteFunc([]string{dayWord(v.First), dayWord(v.Last)}, func(s string) bool { return s == "" })
	return strings.Join(slices.Compact(days), "至")
}

func dayWord(d law.Date) string { return d.Chinese() }
