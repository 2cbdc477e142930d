// Package page is what every page of the program shares: layout, typed
// rendering, the one mapping from errors to pages, assets, the guard in front
// of all routes and the parts that public site and desk draw with: the table
// of a report, findings, fields, pagers, charts.
//
// A page is a struct that embeds [Base] with a template of its own beside it.
// The template defines "main"; the layout stands around it. [Template.Check]
// compares every template with its struct, so that a wrong field name fails a
// test and not a reader. The package asks no database.
package page

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
)

// Config is what cmd knows and every page needs.
type Config struct {
	County   string           // name in the header, e.g. 云岭县
	Address  string           // public address without trailing slash, e.g. https://www.example.gov.cn; "" takes it from the request
	Checking bool             // the desk is open on this address
	Today    func() law.Date  // the legal day
	Now      func() time.Time // the instant, for feeds and logs
	Log      *slog.Logger     // nil discards
	Nav      []Link           // more entries of the top navigation, after the site's own
	Desk     []Entry          // entries of the desk's own navigation, each for those who may

	// Unread counts the notices somebody has not read; nil where there are none.
	Unread func(*http.Request) int

	// Calendar is the working-day calendar with the notices entered here.
	Calendar func(context.Context) (*calendar.Calendar, error)

	// Owner says who runs the site, for the foot and the tags of every page; nil
	// where nobody has said.
	Owner func(context.Context) Owner

	// Closed answers for pages of checkers that are not open; nil: as if there
	// were no such page.
	Closed func(http.ResponseWriter, *http.Request) error

	// Visit says who asks; nil where nobody signs in.
	Visit func(*http.Request) (Visit, error)

	Fonts []string // extra font folders for pdf

	// TryLink asks whether a link to another site answers; problem is "" if it
	// does. nil where the program makes no call to the outside.
	TryLink func(ctx context.Context, address string) (problem string)
}

func (c *Config) log() *slog.Logger {
	if c.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return c.Log
}

// An Entry of the desk's navigation stands there for those who may do what its
// verb says.
type Entry struct {
	Link
	Verb  org.Verb // "" for everyone who is signed in
	Group string   // heading it stands under, "" for none
}

// A NavGroup is a heading of the desk's navigation with what stands under it.
type NavGroup struct {
	Name  string
	Links []Link
}

// Link is a place one can go to. Key marks the section it leads to.
type Link struct{ Key, Text, Href string }

// Base is what the layout needs. Pages embed it; [Config.Base] fills it.
type Base struct {
	Title    string // of the page, without the site's name
	Section  string // key of the current entry of the navigation
	County   string
	Checking bool
	Elder    bool   // larger type, simpler page
	Here     string // path and query of this page, to come back to
	Absolute string // full address of this page, for print
	Query    string // what stands in the search box
	Nav      []Link
	Crumbs   []Link // from the top down, without this page
	Column   string // ColumnName of the standard page tags
	Article  string // ArticleTitle of the standard page tags, "" for lists
	Source   string // ContentSource
	PubDate  string // PubDate, ISO
	Meta     []Meta // more tags, e.g. ColumnType, Keywords, Url
	Owner    Owner
	Listed   Link // Atom feed of what the page lists, the zero Link for that of the site
	Styles   []string
	Scripts  []string
	Wide     bool       // use the whole width: desk lists, wide tables
	Person   string     // who is signed in, "" for nobody
	DeskNav  []NavGroup // the desk's own navigation, on pages of the desk
	Unread   int        // notices not read yet
	Done     string     // what was just done, shown once above the page
	Signing  bool       // people sign in here
	QR       bool       // print a QR code of the address
	Manual   string     // address of the chapter of the manual about this page
}

func (b Base) base() Base { return b }

// Owner is who runs the site and under which numbers 网站标识. Empty fields are
// not shown.
type Owner struct {
	Name, Host, Maker, Domain, Code, ICP, Police, Phone string
}

// A Meta is one more tag of the standard page tags.
type Meta struct{ Name, Content string }

// A Page is any struct that embeds Base.
type Page interface{ base() Base }

// Base fills the layout for a request.
func (c *Config) Base(r *http.Request, section, title string) Base {
	nav := []Link{{"home", "首页", "/"}, {"items", "主动公开", "/items"}, {"apply", "依申请公开", "/apply"}, {"reports", "公开年报", "/reports"}, {"open", "开放数据", "/open"}, {"log", "公开存证", "/log"}, {"voice", "监督与建议", "/voice"}}
	if c.Checking {
		nav = append(nav, c.Nav...)
	}
	here := r.URL.RequestURI()
	if len(here) > 2000 {
		here = r.URL.Path
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		here = r.URL.Path
	}
	var owner Owner
	if c.Owner != nil {
		owner = c.Owner(r.Context())
	}
	if owner.Domain == "" {
		_, owner.Domain, _ = strings.Cut(c.Root(r), "//")
	}
	return Base{Title: title, Section: section, County: c.County, Owner: owner, Checking: c.Checking, Elder: elder(r),
		Here: here, Absolute: c.Root(r) + here, Nav: nav, Signing: c.Visit != nil, Manual: helpFor(r.URL.Path)}
}

// doneWords are what a page may say was just done, by the word in the address:
// a sentence in the address itself could be anybody's.
var doneWords = map[string]string{
	"catalogued": "公开目录已编成一版。", "guidesigned": "指南已签发，公众看到的就是这一版。", "cleaned": "清理完成，结果已转成信息草稿，送审后公布。", "fulfilled": "公开事项已登记完成。",
	"saved": "已保存。", "created": "已登记。", "changed": "已修改。", "removed": "已删除。", "sent": "已发出。", "granted": "岗位已授予。", "ended": "岗位已收回。",
	"imported": "导入完成。", "handed": "交接已办理。", "assigned": "任务已交办。", "taken": "任务已接办。", "finished": "任务已办结。", "returned": "已退回。",
	"cancelled": "已取消。", "asked": "已提请审批。", "approved": "已同意。", "refused": "已退回提请人。", "opened": "账号已开通。", "closed": "账号已停用。",
	"unlocked": "已解除锁定。", "revoked": "登录已注销。", "noted": "意见已记录。", "answered": "答复已记录。", "erased": "附带内容已清除，留痕和摘要仍在。", "retried": "已重新排入队列。", "dropped": "已放弃。", "read": "已标为已读。",
	"selfchecked": "自检通过，可以报送。", "filed": "已报送，等主管部门审核。", "withdrawn": "已撤回，可以继续修改。", "published": "已发布。", "correcting": "已转入更正，请修改后自检、报送。", "explained": "说明已署名记录，随报告一起报送。",
	"fileread": "文件已读入，请核对。", "filelost": "文件的内容已读入；原件没有保存下来，页面上不能对照原文，请自行留存原件。", "confirmed": "勾选的格子已确认，还有格子没有确认。", "allconfirmed": "全部格子已经确认。",
	"renamed": "机关已更名。", "moved": "隶属关系已调整。", "merged": "机关已合并。", "split": "机关已分设。", "abolished": "机关已撤销。", "again": "这份表单此前已经提交过，没有重复办理。",
	"transferred": "已转办。", "extended": "已延期。", "replied": "已答复。", "declined": "已登记为不予受理。", "joined": "已并案。", "reopened": "已重新办理。", "shown": "已公开。", "hidden": "已撤下。", "wiped": "内容已清除，登记仍在。",
	"found": "查证结论已登记。", "attached": "材料已保存。", "named": "经办人已指定。", "signed": "签到已登记。", "held": "培训情况已登记。", "checked": "检查已登记。", "counted": "查阅服务已登记。", "begun": "已开始。", "stopped": "已结束。", "entered": "已录入。", "retired": "已停用。",
	"accepted": "已审核通过，已通知机关发布。", "reminded": "已催报，通知已发给机关的经办人和负责人。", "decided": "认定已记录，重新核对后仍然有效。", "received": "已登记收到，可以审核。",
	"schemesaved": "方案草稿已保存，发布以后才能用来考核。", "schemepublished": "方案已发布，新开的考核按这一版计分。", "roundopened": "这一轮考核已开始。", "computed": "取数完成，数据已固定在得分表上。", "scored": "评分已保存。",
	"selfmarked": "自评已保存。", "selfhanded": "自评已提交。", "bonusasked": "加分申请已提交，等主管部门核定。", "bonusdecided": "加分申请已核定。", "scoring": "自评已结束，可以评分。", "reviewing": "已送复核。", "scorereturned": "已退回评分。",
	"reviewed": "复核已登记，可以公布。", "announced": "得分已公布，已通知各机关。", "appealed": "申诉已提交。", "appealback": "申诉已撤回。", "appealdone": "申诉已办结，得分按结果更新。", "scoreclosed": "已定分。", "rounddropped": "这一轮考核已作废。",
	"tookpackage": "报送包已导入。", "tookanswer": "答复已导入，报告的状态已按答复更新。", "samepackage": "这份文件导入过，没有变化。",
	"eraseasked": "已提出清除，等另一人核对后同意。",
	"submitted":  "已送审。", "recalled": "已撤回送审，可以继续修改。", "discarded": "已作废。", "revising": "已开始修改，公众看到的仍是现在的版本。",
	"scheduled": "已设定发布时间，到时自动发布。", "unscheduled": "已取消定时发布。", "takendown": "已撤下，原来的页面换成撤下说明。", "itemsigned": "已签。", "itemasked": "已登记商请，请打印商请函送出。", "withheld": "已登记为不主动公开。",
	"rereviewed": "评估审查已登记。", "explainedmark": "说明已记录。", "emergency": "已紧急撤下，内容已从各处清除。", "filedaway": "已立卷归档。", "handedover": "移交已登记。", "listsigned": "勾选的已签。",
	"handedin": "已移送，等政务公开办公室接收。", "askedfor": "催要已发出。", "materialtaken": "已接收，请接着起草。", "stocklisted": "已列入补录清单。", "stockdrafted": "已起草，请核对后送审。",
	"compiled": "系统数据已填入，请核对后自检。", "listed": "名单已签署，从现在起按它汇总。", "summed": "汇总数已写入本级年报草稿，请补充文字后自检、报送。", "checking": "全面核对已开始，完成后结果显示在本页。",
}

// DeskBase, for pages that are never cached, is Base with the desk's own navigation for who asks.
func (c *Config) DeskBase(r *http.Request, section, title string) Base {
	b, v := c.Base(r, section, title), VisitOf(r).Viewer
	b.Person = v.Name
	if c.Unread != nil && !v.Nobody() {
		b.Unread = c.Unread(r)
	}
	b.Done = doneWords[r.URL.Query().Get("done")]
	for _, e := range c.Desk {
		if e.Verb != "" && !org.Able(v, e.Verb) {
			continue
		}
		if n := len(b.DeskNav); n == 0 || b.DeskNav[n-1].Name != e.Group {
			b.DeskNav = append(b.DeskNav, NavGroup{Name: e.Group})
		}
		g := &b.DeskNav[len(b.DeskNav)-1]
		g.Links = append(g.Links, e.Link)
	}
	b.Wide = true
	return b
}

// Root is the address of the site without trailing slash.
func (c *Config) Root(r *http.Request) string {
	if c.Address != "" {
		return c.Address
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// A Template is one page's template with layout and parts around it. It is
// parsed on first use.
type Template struct {
	files fs.FS
	names []string
	once  sync.Once
	tmpl  *template.Template
	err   error
}

// NewTemplate names the files of a page. The first defines "main"; more may
// define parts of their own.
func NewTemplate(files fs.FS, names ...string) *Template {
	return &Template{files: files, names: names}
}

func (t *Template) parsed() (*template.Template, error) {
	t.once.Do(func() { t.tmpl, t.err = t.parse() })
	return t.tmpl, t.err
}

func (t *Template) parse() (*template.Template, error) {
	tt, err := template.New("").Funcs(funcs).ParseFS(templates, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	for _, n := range t.names {
		b, err := fs.ReadFile(t.files, n)
		if err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
		if _, err := tt.New(n).Parse(string(b)); err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
	}
	if tt.Lookup("main") == nil {
		return nil, fmt.Errorf("page: %v defines no main", t.names)
	}
	return tt, nil
}

// Execute gives the whole page as bytes.
func (t *Template) Execute(p Page) ([]byte, error) {
	tt, err := t.parsed()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Grow(16 << 10)
	if err := tt.ExecuteTemplate(&b, "layout", p); err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	return b.Bytes(), nil
}

// Render writes the page with status 200. It renders to memory first: a
// failing template answers 500 and never half a page.
func Render[P Page](w http.ResponseWriter, r *http.Request, t *Template, p P) error {
	return RenderStatus(w, r, http.StatusOK, t, p)
}

// RenderStatus is Render with another status, e.g. 422 for a form shown again.
func RenderStatus[P Page](w http.ResponseWriter, r *http.Request, code int, t *Template, p P) error {
	b, err := t.Execute(p)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache")
	}
	h.Add("Vary", "Cookie")
	h.Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(code)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b) // the reader has gone: nothing to tell anyone
	}
	return nil
}

// funcs are the few functions templates may call.
var funcs = template.FuncMap{
	"asset":  func(name string) string { return own.Path(name) },
	"newkey": NewKey,
	"date":   func(d law.Date) string { return d.Chinese() },
	"qr":     qrSVG,
}
