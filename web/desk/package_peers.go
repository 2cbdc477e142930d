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
	Failure string
	Own     string // this instance's own key, to be handed to the others
	Log     string
	Peers   []peerLine
	Form    peerForm
}

// peerLine is an instance that is entered, with its form.
type peerLine struct {
	peerForm
	Log     string
	Uses    string
	Short   string // end of the key, to be compared by telephone
	Organs  []page.Link
	Stopped bool
}

// peerForm is what is typed about an instance.
type peerForm struct {
	ID, Version    int64
	Title, Key     string
	Sends, Decides bool
	Named          string // organs, one a line
	Bad            string
}

var peersTemplate = page.NewTemplate(templates, "templates/package_peers.html")

func (d *Desk) packagePeers(w http.ResponseWriter, r *http.Request) error {
	return d.showPeers(w, r, http.StatusOK, peerForm{}, "")
}

func (d *Desk) showPeers(w http.ResponseWriter, r *http.Request, code int, typed peerForm, failure string) error {
	if d.store == nil {
		return page.ErrNotFound
	}
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	p := peersPage{Base: d.base(r, "packages", "互联单位"), Failure: failure, Own: d.store.LogKeys().Public, Form: typed}
	p.Crumbs = []page.Link{{Text: "报送包", Href: "/desk/packages"}}
	if k := d.store.LogKey(); k != nil {
		p.Log = k.Name()
	}
	peers, err := d.store.Peers(ctx, v)
	if err != nil {
		return err
	}
	for _, x := range peers {
		l := peerLine{Log: x.Log, Uses: x.Uses(), Stopped: x.Stopped, Short: x.Verifier[max(0, len(x.Verifier)-12):],
			peerForm: peerForm{ID: x.ID, Version: x.Version, Title: x.Title, Key: x.Verifier, Sends: x.Sends, Decides: x.Decides}}
		for _, id := range x.Organs {
			o, err := d.store.Organ(ctx, id)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			l.Organs = append(l.Organs, page.Link{Text: o.Name, Href: fmt.Sprintf("/desk/organs/%d", id)})
			l.Named += o.Name + "\n"
		}
		if typed.ID == x.ID {
			p.Form, l.peerForm = peerForm{}, typed
		}
		p.Peers = append(p.Peers, l)
	}
	return page.RenderStatus(w, r, code, peersTemplate, p)
}

// packagePeerSave enters or changes another instance.
func (d *Desk) packagePeerSave(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	f := peerForm{Title: clip(strings.TrimSpace(r.PostFormValue("title")), 100), Key: clip(r.PostFormValue("verifier"), 20_000), Named: clip(r.PostFormValue("organs"), 20_000),
		Sends: r.PostFormValue("sends") != "", Decides: r.PostFormValue("decides") != ""}
	f.ID, _ = strconv.ParseInt(r.PostFormValue("peer"), 10, 64) // none is a new one
	f.Version, _ = strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	organs, bad, err := d.organsNamed(r, f.Named)
	if err != nil {
		return err
	}
	if bad != "" {
		f.Bad = bad
		return d.showPeers(w, r, http.StatusUnprocessableEntity, f, "")
	}
	done, err := d.store.SavePeer(r.Context(), page.By(r), store.Peer{ID: f.ID, Version: f.Version, Title: f.Title, Verifier: f.Key, Sends: f.Sends, Decides: f.Decides,
		Organs: organs, Stopped: r.PostFormValue("do") == "stop"})
	switch text := refusedText(err); {
	case errors.Is(err, store.ErrConflict):
		return d.showPeers(w, r, http.StatusConflict, peerForm{}, "在您填写期间，同事已经改了这个单位的登记。下面是现在的内容，请核对后再改。")
	case text != "":
		f.Bad = text
		return d.showPeers(w, r, http.StatusUnprocessableEntity, f, "")
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
