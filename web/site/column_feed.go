package site

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"time"

	"gongkai/law"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

// feedRows is how many items a feed has; apiItemRows how many one answer of the
// interface has.
const (
	feedRows    = 50
	apiItemRows = 100
)

// itemsAtom is a column as an Atom feed.
func (s *Site) itemsAtom(w http.ResponseWriter, r *http.Request) error {
	c, list, _, err := s.listed(r, feedRows)
	if err != nil {
		return err
	}
	root := s.cfg.Root(r)
	f := atomFeed{Title: s.columnTitle(c), ID: root + c.href("/items.xml"), Author: s.cfg.County,
		Links: []atomLink{{root + c.href("/items.xml"), "self"}, {root + c.href("/items"), "alternate"}}}
	for _, x := range list {
		at := changedAt(x).Format(time.RFC3339)
		f.Updated = max(f.Updated, at)
		href := root + page.ItemHref(x.Number)
		f.Entries = append(f.Entries, atomEntry{Title: x.Title, ID: href, Updated: at, Link: atomLink{Href: href}, Author: x.OrganName})
	}
	if f.Updated == "" {
		f.Updated = s.cfg.Today().Start().Format(time.RFC3339)
	}
	b, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, err = w.Write(append([]byte(xml.Header), b...))
	return err
}

func (s *Site) columnTitle(c itemColumn) string {
	t := s.cfg.County + "政府信息公开"
	if c.organ.ID != 0 {
		t = c.organ.Name
	}
	if n := c.name(); n != "" {
		t += " · " + n
	}
	return t
}

// changedAt is when an item was published or last changed.
func changedAt(x store.ItemRow) time.Time {
	at := time.UnixMilli(x.PublishedAt).In(law.Beijing)
	if x.Changed.After(law.DateOf(at)) {
		at = x.Changed.Start()
	}
	return at
}

// listed reads one page of the column of an address.
func (s *Site) listed(r *http.Request, limit int) (itemColumn, []store.ItemRow, string, error) {
	c, err := s.columnOf(r)
	if err != nil {
		return c, nil, "", err
	}
	list, next, err := s.store.PublicItems(fresh(r.Context()), c.query(s.cfg.Today(), limit))
	return c, list, next, err
}

// A jsonFeed is a feed as jsonfeed.org/version/1.1 has it.
type jsonFeed struct {
	Version  string         `json:"version"`
	Title    string         `json:"title"`
	Home     string         `json:"home_page_url"`
	Feed     string         `json:"feed_url"`
	Next     string         `json:"next_url,omitempty"`
	Language string         `json:"language"`
	Items    []jsonFeedItem `json:"items"`
}

type jsonFeedItem struct {
	ID        string           `json:"id"`
	URL       string           `json:"url"`
	Title     string           `json:"title"`
	Text      string           `json:"content_text"`
	Published string           `json:"date_published"`
	Modified  string           `json:"date_modified"`
	Authors   []jsonFeedAuthor `json:"authors"`
	Tags      []string         `json:"tags"`
}

type jsonFeedAuthor struct {
	Name string `json:"name"`
}

func (s *Site) itemsFeed(w http.ResponseWriter, r *http.Request) error {
	c, list, next, err := s.listed(r, feedRows)
	if err != nil {
		return err
	}
	root := s.cfg.Root(r)
	f := jsonFeed{Version: "https://jsonfeed.org/version/1.1", Title: s.columnTitle(c), Home: root + c.href("/items"), Feed: root + c.href("/items.json"), Language: "zh-CN", Items: []jsonFeedItem{}}
	if next != "" {
		f.Next = root + c.href("/items.json", "after", next)
	}
	for _, x := range list {
		href := root + page.ItemHref(x.Number)
		f.Items = append(f.Items, jsonFeedItem{ID: href, URL: href, Title: x.Title, Text: x.Title, Published: time.UnixMilli(x.PublishedAt).In(law.Beijing).Format(time.RFC3339),
			Modified: changedAt(x).Format(time.RFC3339), Authors: []jsonFeedAuthor{{x.OrganName}}, Tags: []string{x.Kind.Chinese(), proactive.CategoryName(x.Category)}})
	}
	b, err := json.Marshal(f)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/feed+json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, err = w.Write(append(b, '\n'))
	return err
}

// apiItem is an item of the open interface.
type apiItem struct {
	Number    string `json:"number"`
	Title     string `json:"title"`
	Kind      string `json:"kind"`
	KindName  string `json:"kind_name"`
	Category  string `json:"category"`
	DocNo     string `json:"doc_no,omitempty"`
	Organ     string `json:"organ"`
	Code      string `json:"code"`
	Made      string `json:"made,omitempty"`
	Published string `json:"published"`
	Changed   string `json:"changed,omitempty"`
	Abolished string `json:"abolished,omitempty"`
	Versions  int    `json:"versions"`
	Links     struct {
		Page string `json:"page"`
		Data string `json:"data"`
	} `json:"links"`
}

// apiItems lists items with what describes them; the text is at links.data.
func (s *Site) apiItems(w http.ResponseWriter, r *http.Request) error {
	c, list, next, err := s.listed(r, apiItemRows)
	if err != nil {
		return err
	}
	codes, err := s.organCodes(fresh(r.Context()), list)
	if err != nil {
		return err
	}
	out := struct {
		Items []apiItem `json:"items"`
		Next  string    `json:"next,omitempty"`
	}{Items: []apiItem{}}
	for _, x := range list {
		a := apiItem{Number: x.Number, Title: x.Title, Kind: string(x.Kind), KindName: x.Kind.Chinese(), Category: x.Category, DocNo: x.DocNo, Organ: x.OrganName, Code: key(codes[x.Organ], x.Organ),
			Made: x.Made.String(), Published: x.Published.String(), Changed: x.Changed.String(), Abolished: x.Abolished.String(), Versions: x.Versions}
		a.Links.Page, a.Links.Data = page.ItemHref(x.Number), page.ItemDataHref(x.Number, "json")
		out.Items = append(out.Items, a)
	}
	if next != "" {
		out.Next = c.href("/api/v1/items", "after", next)
	}
	return writeJSON(w, out)
}

// mostListed bounds a list as one file.
const mostListed = 200_000

// itemsCSV is a column as a table, item by item, without its text.
func (s *Site) itemsCSV(w http.ResponseWriter, r *http.Request) error {
	c, err := s.columnOf(r)
	if err != nil {
		return err
	}
	root := s.cfg.Root(r)
	ctx := fresh(r.Context())
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	attach(w, s.columnTitle(c)+"目录.csv")
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	cw := csv.NewWriter(w)
	_ = cw.Write([]string{"索引号", "标题", "信息类别", "公开目录", "文号", "发布机构", "成文日期", "发布日期", "更新日期", "废止日期", "网址"}) // Flush reports it
	err = s.eachItem(ctx, c, mostListed, func(x store.ItemRow) error {
		line := []string{x.Number, x.Title, x.Kind.Chinese(), proactive.CategoryName(x.Category), x.DocNo, x.OrganName, x.Made.String(), x.Published.String(), x.Changed.String(), x.Abolished.String(), root + page.ItemHref(x.Number)}
		for i := range line {
			line[i] = page.SheetText(line[i])
		}
		return cw.Write(line)
	})
	if err != nil {
		return err
	}
	cw.Flush()
	return cw.Error()
}

// eachItem goes over a column from the newest on.
func (s *Site) eachItem(ctx context.Context, c itemColumn, most int, do func(store.ItemRow) error) error {
	q := c.query(s.cfg.Today(), store.MaxItems)
	for n := 0; n < most; {
		list, next, err := s.store.PublicItems(ctx, q)
		if err != nil {
			return err
		}
		for _, x := range list {
			if n++; n > most {
				return nil
			}
			if err := do(x); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		q.After = next
	}
	return nil
}
