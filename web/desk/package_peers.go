package desk

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

type peersPage struct {
	page.Base
	Failure     string
	Own         string // this instance's own key, to be handed to the others
	Log         string
	Peers       []peerLine
	ID, Version int64 // of the peer in the form, 0 for a new one
	Editing     string
	Stopped     bool
	Fields      []page.Field
}

// peerLine is an instance that is entered.
type peerLine struct {
	Title, Log string
	Href       string // its form
	Uses       page.Tag
	Short      string // end of the key, to be compared by telephone
	Organs     []page.Link
}

// peerForm is what is typed about an instance, with what is wrong by field.
type peerForm struct {
	id, version                  int64
	title, key, organs           string
	sends, decides, stopped      bool
	badTitle, badKey, bad, badOf string
}

func (f peerForm) fields() []page.Field {
	tick := func(b bool) string {
		if b {
			return "1"
		}
		return ""
	}
	return []page.Field{
		{Name: "title", Label: "单位名称", Kind: "text", Value: f.title, Max: 100, Required: true, Hint: "如 青石镇人民政府。", Message: f.badTitle},
		{Name: "verifier", Label: "公钥", Kind: "textarea", Value: f.key, Rows: 3, Required: true, Hint: "粘贴对方“公开存证”页 /log/keys 的内容，或对方“互联单位”页上的一行。", Message: f.badKey},
		{Name: "organs", Label: "机关", Kind: "textarea", Value: f.organs, Rows: 3, Required: true, Hint: "全称或代码，一行一个；包括其全部下级。", Message: f.badOf},
		{Name: "sends", Label: "对方为这些机关向本系统报送", Kind: "checkbox", Value: tick(f.sends)},
		{Name: "decides", Label: "对方审核本系统这些机关的报送", Kind: "checkbox", Value: tick(f.decides), Message: f.bad},
	}
}

var peersTemplate = page.NewTemplate(templates, "templates/package_peers.html")

func (d *Desk) packagePeers(w http.ResponseWriter, r *http.Request) error {
	var f peerForm
	f.id, _ = strconv.ParseInt(r.URL.Query().Get("peer"), 10, 64) // none is a new one
	return d.showPeers(w, r, http.StatusOK, f, false, "")
}

// showPeers draws the list and one form: for a new instance, for one that is
// entered, or as it was typed.
func (d *Desk) showPeers(w http.ResponseWriter, r *http.Request, code int, f peerForm, typed bool, failure string) error {
	if d.store == nil {
		return page.ErrNotFound
	}
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	p := peersPage{Base: d.packageBase(r, "互联单位"), Failure: failure, Own: d.store.LogKeys().Public}
	p.Crumbs = []page.Link{{Text: "报送包", Href: "/desk/packages"}}
	if k := d.store.LogKey(); k != nil {
		p.Log = k.Name()
	}
	peers, err := d.store.Peers(ctx, v)
	if err != nil {
		return err
	}
	found := f.id == 0
	for _, x := range peers {
		l := peerLine{Title: x.Title, Log: x.Log, Href: fmt.Sprintf("/desk/packages/peers?peer=%d#form", x.ID), Uses: page.Tag{Text: x.Uses()}, Short: x.Verifier[max(0, len(x.Verifier)-12):]}
		if x.Stopped {
			l.Uses.Tone = "err"
		}
		var names []string
		for _, id := range x.Organs {
			o, err := d.store.Organ(ctx, id)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			l.Organs = append(l.Organs, page.Link{Text: o.ShortName(), Href: fmt.Sprintf("/desk/organs/%d", id)})
			names = append(names, o.Name)
		}
		p.Peers = append(p.Peers, l)
		if x.ID != f.id {
			continue
		}
		found, p.Editing, p.Stopped = true, x.Title, x.Stopped
		if !typed {
			f = peerForm{id: x.ID, version: x.Version, title: x.Title, key: x.Verifier, organs: strings.Join(names, "\n"), sends: x.Sends, decides: x.Decides}
		}
	}
	if !found {
		return page.ErrNotFound
	}
	p.ID, p.Version, p.Fields = f.id, f.version, f.fields()
	return page.RenderStatus(w, r, code, peersTemplate, p)
}

// packagePeerSave enters or changes another instance.
func (d *Desk) packagePeerSave(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	f := peerForm{title: clip(strings.TrimSpace(r.PostFormValue("title")), 100), key: clip(r.PostFormValue("verifier"), 20_000), organs: clip(r.PostFormValue("organs"), 20_000),
		sends: r.PostFormValue("sends") != "", decides: r.PostFormValue("decides") != "", stopped: r.PostFormValue("do") == "stop"}
	f.id, _ = strconv.ParseInt(r.PostFormValue("peer"), 10, 64)
	f.version, _ = strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	again := func() error { return d.showPeers(w, r, http.StatusUnprocessableEntity, f, true, "") }
	organs, bad, err := d.organsNamed(r, f.organs)
	if err != nil {
		return err
	}
	if f.badOf = bad; bad != "" {
		return again()
	}
	done, err := d.store.SavePeer(r.Context(), page.By(r), store.Peer{ID: f.id, Version: f.version, Title: f.title, Verifier: f.key, Sends: f.sends, Decides: f.decides,
		Organs: organs, Stopped: f.stopped})
	switch text := refusedText(err); {
	case errors.Is(err, store.ErrConflict):
		return d.showPeers(w, r, http.StatusConflict, peerForm{id: f.id}, false, "在您填写期间，同事已经改了这个单位的登记。下面是现在的内容，请核对后再改。")
	case strings.Contains(text, "公钥"), strings.Contains(text, "登记过"):
		f.badKey = text
		return again()
	case strings.Contains(text, "名称"):
		f.badTitle = text
		return again()
	case strings.Contains(text, "选择涉及的机关"):
		f.badOf = text
		return again()
	case text != "":
		f.bad = text
		return again()
	case err != nil:
		return missing(err)
	}
	return page.Done(w, r, "/desk/packages/peers", "saved", done)
}

// organsNamed finds the organs of a list, one a line, by code or name, among
// those whose settings the viewer may edit.
func (d *Desk) organsNamed(r *http.Request, text string) (ids []int64, bad string, err error) {
	const most = 200
	for line := range strings.Lines(text) {
		name := strings.TrimSpace(line)
		if name == "" {
			continue
		}
		if len(ids) == most {
			return nil, fmt.Sprintf("一个单位最多登记%d个机关；写上级机关即可，包括其全部下级。", most), nil
		}
		found, err := d.store.MatchOrgans(r.Context(), page.VisitOf(r).Viewer, org.EditSettings, name, 2)
		if err != nil {
			return nil, "", err
		}
		switch len(found) {
		case 1:
			ids = append(ids, found[0].ID)
		case 0:
			return nil, "没有找到您管理的机关“" + clip(name, 60) + "”，请写全称或代码。", nil
		default:
			return nil, "“" + clip(name, 60) + "”对应不止一个机关，请写全称或代码。", nil
		}
	}
	return ids, "", nil
}
