// Package portal carries published items to the portal of the county
// 门户网站、集约化平台, for an organ has no site of its own: as a package of files to
// take over by hand, or pushed item by item. What the portal answers, the address
// there, is kept as proof.
package portal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"strings"

	"gongkai/proactive"
	"gongkai/render"
	"gongkai/store"
)

// maxItem bounds the files of one item that go to a portal, in bytes.
const maxItem = 64 << 20

// Item reads an item as it goes to a portal. root is the address of our own
// public site, "" if it is not known. An item that is down meanwhile is Down,
// whatever the job says.
func Item(ctx context.Context, st *store.Store, j store.PortalJob, root string) (render.PortalItem, error) {
	x := render.PortalItem{Number: j.Number, Version: j.N, Down: true, Organ: j.OrganName, Code: j.OrganCode, URL: j.URL}
	p, err := st.PublicItem(ctx, j.Number, 0)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return x, err
	}
	if x.Column, err = st.PortalColumn(ctx, j); err != nil {
		return x, err
	}
	if p == nil || p.Standing != proactive.Live || j.Down {
		return x, nil
	}
	c := p.Content
	x.Down, x.Version = false, p.N
	x.Title, x.DocNo, x.Kind, x.Category, x.Published, x.Changed, x.Summary, x.Body = c.Title, c.DocNo, p.Kind.Chinese(), proactive.CategoryName(c.Category), p.Published, p.Changed, c.Summary, c.Body
	if root != "" {
		parts := strings.Split(j.Number, "/")
		for i := range parts {
			parts[i] = url.PathEscape(parts[i])
		}
		x.Page = root + "/item/" + strings.Join(parts, "/")
	}
	left := int64(maxItem)
	for _, f := range c.Files {
		if left -= f.Size; left < 0 {
			return x, fmt.Errorf("portal: %s: files of more than %d bytes", j.Number, maxItem)
		}
		_, r, err := st.OpenItemFile(ctx, j.Number, f.ID)
		if err != nil {
			return x, err
		}
		data, err := io.ReadAll(io.LimitReader(r, maxItem))
		if err := errors.Join(err, r.Close()); err != nil {
			return x, err
		}
		x.Files = append(x.Files, render.PortalFile{ID: f.ID, Name: f.Name, Type: f.Type, Data: data, Inner: f.Inner})
	}
	return x, nil
}

// Items reads them one by one.
func Items(ctx context.Context, st *store.Store, jobs []store.PortalJob, root string) iter.Seq2[render.PortalItem, error] {
	return func(yield func(render.PortalItem, error) bool) {
		for _, j := range jobs {
			x, err := Item(ctx, st, j, root)
			if !yield(x, err) || err != nil {
				return
			}
		}
	}
}
