package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/org"
	"gongkai/translog"
)

// A Peer is another instance that hands packages to this one or takes them
// 互联单位. It is named by its public log, and known by that log's key, which is
// best compared by telephone before it is entered.
type Peer struct {
	ID       int64
	Log      string // name of its log, as its key states it
	Title    string // what people call it
	Verifier string // its key; when it is replaced, a statement of the old key moves this along
	Sends    bool   // reports of the organs may come from there
	Decides  bool   // answers about reports of the organs may come from there
	Organs   []int64
	Stopped  bool // nothing is taken any more
	Version  int64
}

// maxPeers bounds the registry, and the organs of one peer.
const maxPeers = 5000

const peerSQL = "select id, log, title, verifier, sends, decides, organs, stopped, version from peer"

func scanPeer(r scanner) (p Peer, err error) {
	var organs string
	if err = r.Scan(&p.ID, &p.Log, &p.Title, &p.Verifier, &p.Sends, &p.Decides, &organs, &p.Stopped, &p.Version); err == nil {
		err = json.Unmarshal([]byte(organs), &p.Organs)
	}
	return p, err
}

// Peers lists the instances that have to do with organs whose reports the viewer
// may see, by name.
func (s *Store) Peers(ctx context.Context, v org.Viewer) ([]Peer, error) {
	tree, err := s.organTree(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, peerSQL+" order by title, id limit $1", maxPeers)
	if err != nil {
		return nil, fmt.Errorf("store: peers: %w", err)
	}
	defer rows.Close()
	var out []Peer
	for rows.Next() {
		p, err := scanPeer(rows)
		if err != nil {
			return nil, fmt.Errorf("store: peers: %w", err)
		}
		for _, id := range p.Organs {
			if i, ok := tree.at[id]; ok && org.May(v, org.SeeReports, org.Subject{Organ: id, Home: tree.home[i], Path: tree.organs[i].Path}) {
				out = append(out, p)
				break
			}
		}
	}
	return out, rows.Err()
}

// PeerRef is the reference of acts on a peer.
func PeerRef(id int64) string { return fmt.Sprintf("peer/%d", id) }

// SavePeer enters or changes a peer; Done.Answer is its id. It needs
// EditSettings at every organ the peer is for, before and after: who may say
// whose word is taken for an organ answers for it. The key of a peer may be
// changed, its name may not.
func (s *Store) SavePeer(ctx context.Context, by By, p Peer) (Done, error) {
	return s.do(ctx, by, "save peer", func(h *hand) (string, error) {
		var was Peer
		if p.ID != 0 {
			var err error
			if was, err = scanPeer(h.QueryRowContext(h.ctx, peerSQL+" where id = $1", p.ID)); err != nil {
				return "", err
			}
			if err := h.mayPeer(was.Organs); err != nil {
				return "", err
			}
			if was.Version != p.Version {
				return "", ErrConflict
			}
		}
		if err := h.checkPeer(&p); err != nil {
			return "", err
		}
		if err := h.mayPeer(p.Organs); err != nil {
			return "", err
		}
		if was.Log != "" && was.Log != p.Log {
			return "", act.Refuse("公钥属于另一个系统（" + p.Log + "）。请另行登记，不要改写已登记的单位。")
		}
		organs, err := json.Marshal(p.Organs)
		if err != nil {
			return "", err
		}
		if p.ID == 0 {
			p.ID = s.NewID()
			res, err := h.ExecContext(h.ctx, `insert into peer (id, log, title, verifier, sends, decides, organs, stopped, version)
				values ($1, $2, $3, $4, $5, $6, $7, $8, 1) on conflict (log) do nothing`,
				p.ID, p.Log, p.Title, p.Verifier, flag(p.Sends), flag(p.Decides), string(organs), flag(p.Stopped))
			if err := one(res, err); errors.Is(err, ErrConflict) {
				return "", act.Refuse("“" + p.Log + "”已经登记过。")
			} else if err != nil {
				return "", err
			}
		} else {
			res, err := h.ExecContext(h.ctx, "update peer set title = $3, verifier = $4, sends = $5, decides = $6, organs = $7, stopped = $8, version = version + 1 where id = $1 and version = $2",
				p.ID, p.Version, p.Title, p.Verifier, flag(p.Sends), flag(p.Decides), string(organs), flag(p.Stopped))
			if err := one(res, err); err != nil {
				return "", err
			}
		}
		return fmt.Sprint(p.ID), h.note(act.PeerChanged, PeerRef(p.ID), p.Organs[0], nil,
			act.Change{Field: "名称", Old: was.Title, New: p.Title}, act.Change{Field: "公钥", Old: was.Verifier, New: p.Verifier},
			act.Change{Field: "用途", Old: was.Uses(), New: p.Uses()}, act.Change{Field: "机关", Old: fmt.Sprint(was.Organs), New: fmt.Sprint(p.Organs)})
	})
}

// Uses says in Chinese what the peer is for.
func (p Peer) Uses() string {
	var s []string
	for _, x := range []struct {
		is   bool
		name string
	}{{p.Sends, "报送"}, {p.Decides, "审核"}, {p.Stopped, "已停用"}} {
		if x.is {
			s = append(s, x.name)
		}
	}
	return strings.Join(s, "、")
}

func (h *hand) mayPeer(organs []int64) error {
	for _, id := range organs {
		to, err := h.subject(id)
		if err != nil {
			return err
		}
		if err := h.may(org.EditSettings, to); err != nil {
			return err
		}
	}
	return nil
}

func (h *hand) checkPeer(p *Peer) error {
	keys, err := translog.ReadKeys(p.Verifier)
	if err != nil {
		return act.Refuse("公钥无法识别。请粘贴对方“公开存证”页上 /log/keys 的内容，或形如 名称+编号+公钥 的一行。")
	}
	v, err := translog.ReadVerifier(keys.Public)
	if err != nil {
		return act.Refuse("公钥无法识别。")
	}
	p.Log, p.Verifier, p.Title = v.Name(), keys.Public, strings.TrimSpace(cleanName(p.Title))
	own := h.s.LogKey()
	switch {
	case p.Title == "" || len(p.Title) > 300:
		return act.Refuse("请填写对方单位的名称，不超过100字。")
	case own != nil && own.Name() == p.Log:
		return act.Refuse("这是本系统自己的公钥，或者对方的系统与本系统同名。两边的存证名称必须不同。")
	case !p.Sends && !p.Decides:
		return act.Refuse("请选择对方是向本系统报送，还是审核本系统的报送。")
	case len(p.Organs) == 0 || len(p.Organs) > maxPeers:
		return act.Refuse("请选择涉及的机关。")
	}
	return nil
}

// trusts finds the peer that signed a file about an organ, moves its key along
// where a statement says that another took over, and refuses everybody else.
func (h *hand) trusts(signed string, form string, sum translog.Hash, keys []string, may func(Peer) bool) (Peer, error) {
	name, err := translog.DigestSigner([]byte(signed))
	if err != nil {
		return Peer{}, act.Refuse("这个文件没有有效的签名，不能导入。")
	}
	p, err := scanPeer(h.QueryRowContext(h.ctx, peerSQL+" where log = $1", cleanName(name)))
	if notFound(err) == ErrNotFound {
		return p, act.Refuse(fmt.Sprintf("发出这个文件的系统（%.80s）没有登记为互联单位，不能导入。请先核实对方的公钥并登记。", name))
	}
	if err != nil {
		return p, err
	}
	trusted, err := translog.Trust(p.Verifier, keys...)
	if err != nil {
		return p, fmt.Errorf("store: key of peer %d: %w", p.ID, err)
	}
	by, err := translog.CheckDigest([]byte(signed), form, sum, trusted)
	if err != nil {
		return p, act.Refuse("签名与“" + p.Title + "”登记的公钥不符：文件在途中被改动，或者对方更换了密钥。不能导入。")
	}
	switch {
	case p.Stopped:
		return p, act.Refuse("“" + p.Title + "”已停用，不能导入。")
	case !may(p):
		return p, act.Refuse("“" + p.Title + "”没有登记这项用途，不能导入。")
	}
	if by == 0 {
		return p, nil
	}
	next := trusted[by].Text
	if _, err := h.ExecContext(h.ctx, "update peer set verifier = $2, version = version + 1 where id = $1", p.ID, next); err != nil {
		return p, err
	}
	old := p.Verifier
	p.Verifier = next
	return p, h.note(act.PeerChanged, PeerRef(p.ID), p.Organs[0], nil, act.Change{Field: "公钥", Old: old, New: next})
}

// covers reports whether an organ is one of the peer's, or below one.
func (s *Store) covers(ctx context.Context, p Peer, x *filer) (bool, error) {
	tree, err := s.organTree(ctx)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(p.Organs, func(id int64) bool {
		i, ok := tree.at[id]
		return ok && strings.HasPrefix(x.subject.Path, tree.organs[i].Path)
	}), nil
}
