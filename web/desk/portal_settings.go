package desk

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai/act"
	"gongkai/org"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

type portalSettingsPage struct {
	page.Base
	Organ   string
	Name    string
	Fields  []portalField
	Known   []string // fields a mapping may take
	Sample  string
	Failure string
}

type portalField struct {
	page.Field
	Version int64
	From    string // what holds from above where nothing is decided here
}

var portalSettingsTemplate = page.NewTemplate(templates, "templates/portal_settings.html")

// portalFields are what can be decided about a portal.
func portalFields() []page.Field {
	return []page.Field{
		{Name: settingPortalBase, Label: "文件在门户网站上的网址", Kind: "text", Max: 300, Hint: "文件包解开后放在哪个网址下面，如 https://www.example.gov.cn/zwgk/nb/ 。写了以后，列表、订阅源和附件用完整的网址；不写则用相对路径。"},
		{Name: settingPortalColumn, Label: "栏目名称", Kind: "text", Max: 60, Hint: "写进页面标签和列表标题，不写时为“政府信息公开年报”。"},
		{Name: settingPortalColumns, Label: "字段对照表", Kind: "textarea", Rows: 12, Max: 5000, Hint: "一行一列：门户的字段名=本系统的字段。固定不变的文字加引号，如 体裁=\"年度报告\"。不写则用本系统的字段名。"},
	}
}

// checkPortalSetting is what is wrong with a value, "" if nothing is, and the
// value as it is kept.
func checkPortalSetting(name, value string) (kept, problem string) {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	if value == "" {
		return "", ""
	}
	switch name {
	case settingPortalBase:
		address, problem := org.CheckPortalURL(value)
		if problem == "" && strings.ContainsAny(address, "?#") {
			problem = "这里写文件夹的网址，不能带问号和井号。"
		}
		if problem == "" && !strings.HasSuffix(address, "/") {
			address += "/"
		}
		return address, problem
	case settingPortalColumn:
		if utf8.RuneCountInString(value) > 60 || strings.ContainsAny(value, "\n\t") {
			return value, "栏目名称最多60个字，写成一行。"
		}
	case settingPortalColumns:
		columns, problem := render.ParsePortalColumns(value)
		if problem != "" {
			return value, problem
		}
		return strings.TrimSpace(render.PortalColumnsText(columns)), ""
	}
	return value, ""
}

func (d *Desk) portalSettings(w http.ResponseWriter, r *http.Request) error {
	return d.showPortalSettings(w, r, http.StatusOK, nil, "")
}

func (d *Desk) showPortalSettings(w http.ResponseWriter, r *http.Request, code int, bad map[string]string, failure string) error {
	o, err := d.settingsOrgan(r)
	if err != nil {
		return err
	}
	p := portalSettingsPage{Base: d.base(r, "portal", "门户网站设置"), Organ: strconv.FormatInt(o.ID, 10), Name: o.Name, Known: render.PortalFields(), Failure: failure,
		Sample: render.PortalColumnsText(render.DefaultPortalColumns())}
	p.Crumbs = []page.Link{{Text: "发布导出", Href: "/desk/portal"}}
	list, err := d.store.Settings(r.Context(), o.ID)
	if err != nil {
		return err
	}
	have := map[string]store.Setting{}
	for _, s := range list {
		have[s.Name] = s
	}
	for _, f := range portalFields() {
		x := portalField{Field: f, Version: have[f.Name].Version}
		x.Value, x.Message = have[f.Name].Value, bad[f.Name]
		if bad != nil || failure != "" {
			x.Value = r.PostFormValue(f.Name)
		}
		if have[f.Name].Value == "" {
			if x.From, err = d.store.Inherited(r.Context(), o.ID, f.Name); err != nil {
				return err
			}
		}
		p.Fields = append(p.Fields, x)
	}
	return page.RenderStatus(w, r, code, portalSettingsTemplate, p)
}

// settingsOrgan is the organ whose settings are meant: the one asked for, else
// the first whose settings the viewer may change.
func (d *Desk) settingsOrgan(r *http.Request) (org.Organ, error) {
	if d.store == nil {
		return org.Organ{}, page.ErrNotFound
	}
	if s := r.FormValue("organ"); s != "" {
		return d.portalOrgan(r, s, org.EditSettings)
	}
	homes := page.VisitOf(r).Viewer.Scope(org.EditSettings).Homes()
	if len(homes) == 0 {
		return org.Organ{}, page.ErrNotFound
	}
	return d.store.Organ(r.Context(), homes[0])
}

func (d *Desk) portalSettingsSave(w http.ResponseWriter, r *http.Request) error {
	o, err := d.settingsOrgan(r)
	if err != nil {
		return err
	}
	kept, bad := map[string]string{}, map[string]string{}
	for _, f := range portalFields() {
		v, problem := checkPortalSetting(f.Name, r.PostFormValue(f.Name))
		if kept[f.Name] = v; problem != "" {
			bad[f.Name] = problem
		}
	}
	if len(bad) > 0 {
		return d.showPortalSettings(w, r, http.StatusUnprocessableEntity, bad, "")
	}
	by := page.By(r)
	key := by.Key
	var last store.Done
	for _, f := range portalFields() {
		version, _ := strconv.ParseInt(r.PostFormValue("version."+f.Name), 10, 64) // a damaged one conflicts
		if version == 0 && kept[f.Name] == "" {
			continue
		}
		by.Key = key + "." + f.Name
		done, err := d.store.SaveSetting(r.Context(), by, store.Setting{Organ: o.ID, Name: f.Name, Value: kept[f.Name], Version: version})
		var refusal *act.Refusal
		switch {
		case errors.Is(err, store.ErrConflict):
			return d.showPortalSettings(w, r, http.StatusConflict, map[string]string{f.Name: "在您填写期间，别人已经改了这一项。请重新打开本页看现在的值，再决定是否修改。"}, "")
		case errors.As(err, &refusal):
			return d.showPortalSettings(w, r, http.StatusForbidden, nil, refusal.Text)
		case err != nil:
			return err
		}
		last = done
	}
	return page.Done(w, r, page.With("/desk/portal/settings", "organ", strconv.FormatInt(o.ID, 10)), "saved", last)
}
