package requests

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

func (q *Requests) paperRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/requests/{id}/letters/{n}", Verb: org.SeeRequests, Serve: q.paper},
		{Pattern: "POST /desk/requests/{id}/letters/{n}", Verb: org.SeeRequests, Body: body, Serve: q.paperAct},
		{Pattern: "GET /desk/requests/{id}/letters/{n}/receipt/{format}", Verb: org.SeeRequests, Serve: q.paperReceipt},
	}
}

// formerLetter is the letter a new version takes the place of, nil if of names none.
func formerLetter(x *store.RequestFile, k casework.LetterKind, of int) *casework.Letter {
	if of < 1 || of > len(x.Content.Letters) || x.Letter(of) == nil || x.Content.Letters[of-1].Code != k.Code {
		return nil
	}
	return &x.Content.Letters[of-1]
}

// versionOf is which letter a new one takes the place of: the one that was named,
// or for an answer the draft of the same kind that did not go out.
func versionOf(x *store.RequestFile, k casework.LetterKind, of int) int {
	if of != 0 || k.Outcome == "" {
		return of
	}
	for i := len(x.Letters) - 1; i >= 0; i-- {
		if l := x.Letters[i]; l.Code == k.Code && l.Scan == "" && l.Served.IsZero() && x.Current(l.N) {
			return l.N
		}
	}
	return 0
}

// letterState is what became of a letter, in a few words.
func letterState(x *store.RequestFile, n int) string {
	l := x.Letter(n)
	switch {
	case l == nil || l.Void != "":
		return ""
	case !x.Current(n):
		return "旧版本"
	case !l.Served.IsZero():
		return "已送达"
	case l.Scan != "":
		return "已盖章"
	case len(l.Seals) > 0:
		return "已用印"
	}
	return ""
}

// letterText words the act of a letter.
func letterText(e casework.Event) string {
	k, _ := casework.LetterOf(e.Facts["code"], law.Day(9999, 1, 1))
	out := strings.TrimSpace(k.Name + " " + e.Facts["no"])
	if k.Name == "" {
		out = "文书" + e.Facts["n"]
	}
	for _, add := range []string{casework.VoidChinese(e.Facts["reason"]), casework.WayChinese(e.Facts["way"]), casework.TryChinese(e.Facts["why"])} {
		if add != "" {
			out += "，" + add
		}
	}
	if u := e.Facts["until"]; u != "" {
		out += "，公告至" + dayWord(u)
	}
	if c := e.Facts["copies"]; c != "" {
		out += "，" + c + "份"
	}
	return out
}

// letterPaper is a letter as it is printed.
func letterPaper(x *store.RequestFile, l casework.Letter) reporting.Letter {
	k, _ := casework.LetterOf(l.Code, l.On)
	to := l.To
	if to == "" {
		if to = x.Content.Person.Name; k.To != "applicant" {
			to = l.Fields["to"]
		}
	}
	return reporting.Letter{Title: x.OrganName + k.Name, Number: l.No, To: to, Text: strings.Join(l.Body, "\n"), From: x.OrganName, Dated: l.On}
}

type paperPage struct {
	page.Base
	X        *store.RequestFile
	N        int
	Kind     casework.LetterKind
	Letter   casework.Letter
	Record   *casework.LetterRecord
	Tags     []page.Tag
	Key      string
	Failure  string
	FailCite string
	Changed  bool
	Actions  []action
	Versions []versionLine
	Changes  []casework.Change // against the version before
	Seals    []sealLine
	Services []serviceLine
	Tries    []casework.Try
	Notice   string
	Scan     string // address of the scan
	Rewrite  string // address for a new version, "" if it cannot be
	Lacks    []string
	DueText  string
}

type versionLine struct {
	N    int
	On   law.Date
	Here bool
	Href string
}

type sealLine struct {
	On            law.Date
	Copies        int
	Asker, Keeper string
	Consent       string
}

type serviceLine struct {
	casework.Service
	Text  string
	Lacks []string
	Proof string
}

var paperTemplate = page.NewTemplate(templates, "templates/paper.html")

func (q *Requests) paper(w http.ResponseWriter, r *http.Request) error {
	return orFile(w, r, q.showPaper(w, r, http.StatusOK, shown{}))
}

// letterAt is the letter that the address names, for somebody who works on its file.
func (q *Requests) letterAt(r *http.Request) (*store.RequestFile, int, error) {
	x, err := q.worked(r)
	if err != nil {
		return nil, 0, err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 1 || n > len(x.Content.Letters) {
		return nil, 0, page.ErrNotFound
	}
	return x, n, nil
}

// named is the file that the address names, for somebody who may see it.
func (q *Requests) named(r *http.Request) (*store.RequestFile, error) {
	id, err := page.PathID(r)
	if err != nil {
		return nil, err
	}
	return q.store.Request(r.Context(), page.VisitOf(r).Viewer, id)
}

// worked is the file that the address names, for somebody who works on it and
// while its content is there.
func (q *Requests) worked(r *http.Request) (*store.RequestFile, error) {
	x, err := q.named(r)
	if err != nil {
		return nil, err
	}
	if !x.Handles || x.Erased {
		return nil, errMasked
	}
	return x, nil
}

// errMasked is for somebody who sees that there is a file, and nothing in it.
var errMasked = fmt.Errorf("%w: not worked on", page.ErrNotFound)

// orFile leads somebody who only sees the file to its page.
func orFile(w http.ResponseWriter, r *http.Request, err error) error {
	if errors.Is(err, errMasked) {
		http.Redirect(w, r, "/desk/requests/"+r.PathValue("id"), http.StatusSeeOther)
		return nil
	}
	return err
}

func (q *Requests) showPaper(w http.ResponseWriter, r *http.Request, code int, s shown) error {
	x, n, err := q.letterAt(r)
	if err != nil {
		return err
	}
	l := x.Content.Letters[n-1]
	k, _ := casework.LetterOf(l.Code, l.On)
	p := paperPage{Base: q.base(r, "requests", strings.TrimSpace(k.Name+" "+l.No)), X: x, N: n, Kind: k, Letter: l, Record: x.Letter(n), Key: page.NewKey(), Changed: s.changed}
	p.Crumbs = fileCrumbs(x)
	if s.refusal != nil {
		p.Failure, p.FailCite = s.refusal.Text, s.refusal.Cite.String()
	}
	here := fmt.Sprintf("/desk/requests/%d/letters/", x.ID)
	if l.Void != "" {
		p.Tags = append(p.Tags, page.Tag{Text: "作废", Tone: "warn"})
	}
	if st := letterState(x, n); st != "" {
		p.Tags = append(p.Tags, page.Tag{Text: st})
	}
	if l.Scan != 0 {
		p.Scan = fmt.Sprintf("/desk/requests/%d/files/%d", x.ID, l.Scan)
	}
	if l.Of > 0 && l.Of <= len(x.Content.Letters) {
		p.Changes = casework.Compare(x.Content.Letters[l.Of-1].Body, l.Body)
	}
	for _, v := range chain(x, n) {
		p.Versions = append(p.Versions, versionLine{N: v, On: x.Content.Letters[v-1].On, Here: v == n, Href: here + strconv.Itoa(v)})
	}
	if p.Record != nil {
		if p.Record.Scan == "" && p.Record.Served.IsZero() && x.Current(n) {
			p.Rewrite = fmt.Sprintf("%snew/%s?of=%d", here, l.Code, n)
		}
		if err := q.paperRecords(r, &p); err != nil {
			return err
		}
		p.Actions = q.paperActions(r, &p, s)
	}
	if err := q.store.PersonalRead(r.Context(), page.By(r), "依申请公开文书", store.RequestRef(x.ID)); err != nil {
		return err
	}
	return page.RenderStatus(w, r, code, paperTemplate, p)
}

// chain are the numbers of all versions of a letter, the first first.
func chain(x *store.RequestFile, n int) []int {
	list := x.Content.Letters
	for first := 0; list[n-1].Of > 0 && list[n-1].Of < n && first < len(list); first++ {
		n = list[n-1].Of
	}
	out := []int{n}
	for i := n; i < len(list); i++ {
		if list[i].Of == out[len(out)-1] {
			out = append(out, i+1)
		}
	}
	return out
}

func fileCrumbs(x *store.RequestFile) []page.Link {
	return []page.Link{{Text: "依申请公开", Href: "/desk/requests"}, {Text: x.Number, Href: fmt.Sprintf("/desk/requests/%d", x.ID)}}
}

// paperRecords words what is on record of a letter.
func (q *Requests) paperRecords(r *http.Request, p *paperPage) error {
	x, l := p.X, p.Record
	if len(l.Seals) > 0 {
		names, err := q.names(r, x)
		if err != nil {
			return err
		}
		for _, s := range l.Seals {
			p.Seals = append(p.Seals, sealLine{On: s.On, Copies: s.Copies, Asker: names[s.Asker], Keeper: names[s.Keeper], Consent: consentWord(s.Consent)})
		}
	}
	for _, s := range x.Content.Services {
		if s.Letter != p.N {
			continue
		}
		line := serviceLine{Service: s, Text: serviceText(s), Lacks: s.Missing()}
		if s.Proof != 0 {
			line.Proof = fmt.Sprintf("/desk/requests/%d/files/%d", x.ID, s.Proof)
		}
		p.Services = append(p.Services, line)
	}
	for _, t := range x.Tries {
		if t.Letter == p.N {
			p.Tries = append(p.Tries, t)
		}
	}
	if x.NoticeOf == p.N {
		p.Notice = x.Noticed.Chinese() + "发出公告，" + x.NoticeUntil.Chinese() + "期满"
	}
	return nil
}

// serviceText is a service in one line.
func serviceText(s casework.Service) string {
	out := casework.WayChinese(s.Way)
	for _, f := range [][2]string{{"邮件号", s.Number}, {"送至", s.To}, {"签收人", s.Taker}, {"关系", s.Tie}, {"见证人", s.Witness}, {"", s.Record}} {
		if f[1] != "" {
			out += "，" + f[0] + f[1]
		}
	}
	return out
}

// names are the names of those who work at the organ of a file, by person.
func (q *Requests) names(r *http.Request, x *store.RequestFile) (map[int64]string, error) {
	people, err := q.people(r, x)
	names := map[int64]string{}
	for _, o := range people {
		if id, err := strconv.ParseInt(o.Value, 10, 64); err == nil {
			names[id] = o.Text
		}
	}
	return names, err
}
