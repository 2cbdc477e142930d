package site

import (
	"encoding/xml"
	"net/http"
	"strconv"

	"gongkai/store"
)

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Title   string      `xml:"title"`
	ID      string      `xml:"id"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Author  string      `xml:"author>name"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr,omitempty"`
}

type atomEntry struct {
	Title   string   `xml:"title"`
	ID      string   `xml:"id"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
	Author  string   `xml:"author>name"`
}

// feed lists the newest reports of the newest year.
func (s *Site) feed(w http.ResponseWriter, r *http.Request) error {
	root := s.cfg.Root(r)
	f := atomFeed{Title: s.cfg.County + "政府信息公开工作年度报告", ID: root + "/feed.xml", Author: s.cfg.County,
		Links: []atomLink{{root + "/feed.xml", "self"}, {root + "/reports", "alternate"}}}
	years, err := s.years(r.Context())
	if err != nil {
		return err
	}
	if len(years) > 0 {
		rows, _, err := s.list(r.Context(), store.TableQuery{Year: years[0], Sort: store.TablePublished, Limit: pageRows})
		if err != nil {
			return err
		}
		for _, rw := range rows {
			at := rw.Published + "T00:00:00+08:00"
			f.Updated = max(f.Updated, at)
			f.Entries = append(f.Entries, atomEntry{Title: rw.Organ + strconv.Itoa(years[0]) + "年政府信息公开工作年度报告", ID: root + rw.Href, Updated: at, Link: atomLink{Href: root + rw.Href}, Author: rw.Organ})
		}
	}
	if f.Updated == "" {
		f.Updated = s.cfg.Today().String() + "T00:00:00+08:00"
	}
	b, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	_, err = w.Write(append([]byte(xml.Header), b...))
	return err
}
