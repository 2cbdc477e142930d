package site

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

// outletRoutes are screens, subscriptions and reading places. They show the
// newest state: what was withdrawn a moment ago is on none of them.
func (s *Site) outletRoutes(get func(string, func(http.ResponseWriter, *http.Request) error) page.Route) []page.Route {
	post := func(path string, serve func(http.ResponseWriter, *http.Request) error) page.Route {
		return page.Route{Pattern: "POST " + path, Role: page.Public, Body: 8 << 10, Serve: serve}
	}
	return append(s.screenRoutes(get), get("/subscribe", s.subscribe), post("/subscribe", s.subscribePost), get("/subscribe/{act}", s.subscribeAsk), post("/subscribe/{act}", s.subscribeDo), get("/places", s.places))
}

type subscribePage struct {
	page.Base
	Mail                bool // somebody sends mail
	Organ, Topic, Email page.Field
	Atom                string // address of the feed
	Said                string // what was done
	Ask                 bool   // one more press
	Action              string
	Question, Yes       string
}

var subscribeTemplate = page.NewTemplate(files, "subscribe.html")

func (s *Site) subscribe(w http.ResponseWriter, r *http.Request) error {
	return s.subscribeShow(w, r, http.StatusOK, nil)
}

func (s *Site) subscribeShow(w http.ResponseWriter, r *http.Request, code int, bad map[string]string) error {
	ctx := r.Context()
	p := subscribePage{Base: s.cfg.Base(r, "items", "订阅新公开的信息")}
	var err error
	if p.Mail, err = s.mails(r); err != nil {
		return err
	}
	tops, err := s.store.Publishers(ctx)
	if err != nil {
		return err
	}
	want, topic := r.FormValue("organ"), proactive.Kind(r.FormValue("topic"))
	p.Organ = page.Field{Name: "organ", Label: "机关", Kind: "select", Message: bad["organ"]}
	feedOrgan := ""
	for i, o := range tops {
		k := organKey(o)
		selected := k == want || want == "" && i == 0
		if selected {
			feedOrgan = k
		}
		p.Organ.Options = append(p.Organ.Options, page.Option{Value: k, Text: o.Name, Selected: selected})
	}
	p.Topic = page.Field{Name: "topic", Label: "类别", Kind: "select", Options: []page.Option{{Text: "全部"}}}
	for _, k := range proactive.Kinds() {
		p.Topic.Options = append(p.Topic.Options, page.Option{Value: string(k), Text: k.Chinese(), Selected: k == topic})
	}
	p.Email = page.Field{Name: "email", Label: "电子邮箱", Kind: "email", Required: true, Max: 120, Value: r.PostFormValue("email"), Message: bad["email"], Hint: "例如 name@example.com"}
	if topic.Chinese() == "" {
		topic = ""
	}
	p.Atom = s.cfg.Root(r) + page.With("/items.xml", "organ", feedOrgan, "kind", string(topic))
	return page.RenderStatus(w, r, code, subscribeTemplate, p)
}

// mails reports whether people can subscribe by mail: somebody sends mail, and
// the address that links in it lead to is known.
func (s *Site) mails(r *http.Request) (bool, error) {
	if s.cfg.Address == "" {
		return false, nil
	}
	return s.store.MailServed(r.Context())
}

func (s *Site) subscribePost(w http.ResponseWriter, r *http.Request) error {
	on, err := s.mails(r)
	if err != nil {
		return err
	}
	if !on {
		return act.Refuse("本站没有开通邮件订阅，请用订阅地址。")
	}
	if wait := s.floods.codes.Take(who(r)); wait > 0 {
		return s.subscribeShow(w, r, http.StatusTooManyRequests, map[string]string{"email": slow(w, wait)})
	}
	o, err := s.organOf(r, r.PostFormValue("organ"))
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, page.ErrNotFound) {
		return s.subscribeShow(w, r, http.StatusUnprocessableEntity, map[string]string{"organ": "请选择机关。"})
	}
	if err != nil {
		return err
	}
	err = s.store.Subscribe(r.Context(), o.ID, proactive.Kind(r.PostFormValue("topic")), r.PostFormValue("email"))
	var no *act.Refusal
	if errors.As(err, &no) {
		return s.subscribeShow(w, r, http.StatusUnprocessableEntity, map[string]string{"email": no.Text})
	}
	if err != nil {
		return err
	}
	p := subscribePage{Base: s.cfg.Base(r, "items", "请查收确认邮件"), Said: "如果这个信箱还没有订阅，我们已经给它发出一封确认邮件。请在三天内点邮件里的链接，订阅才开始。"}
	return page.Render(w, r, subscribeTemplate, p)
}

// subscribeAsk asks once more: programs that look at mail follow links too, and
// must neither begin nor end anything.
func (s *Site) subscribeAsk(w http.ResponseWriter, r *http.Request) error {
	p := subscribePage{Base: s.cfg.Base(r, "items", "确认订阅"), Ask: true, Question: "开始订阅？以后每周最多收到一封邮件，可以随时退订。", Yes: "开始订阅"}
	switch r.PathValue("act") {
	case "confirm":
	case "end":
		p.Title, p.Question, p.Yes = "退订", "退订后，您的邮箱地址立即删除。", "退订"
	default:
		return page.ErrNotFound
	}
	p.Action = page.With(r.URL.Path, "n", r.FormValue("n"), "w", r.FormValue("w"))
	return page.Render(w, r, subscribeTemplate, p)
}

func (s *Site) subscribeDo(w http.ResponseWriter, r *http.Request) error {
	if wait := s.floods.codes.Take(who(r)); wait > 0 {
		return &page.Unavailable{Text: slow(w, wait), Err: errors.New("too many tries")}
	}
	id, err := strconv.ParseInt(r.FormValue("n"), 10, 64)
	if err != nil {
		return page.ErrNotFound
	}
	p := subscribePage{Base: s.cfg.Base(r, "items", "已开始订阅"), Said: "订阅已开始。有新公开的信息时，每周汇总发到您的邮箱。"}
	switch r.PathValue("act") {
	case "confirm":
		err = s.store.ConfirmSubscription(r.Context(), id, strings.ToLower(r.FormValue("w")))
	case "end":
		p.Title, p.Said = "已退订", "已退订，您的邮箱地址已经删除。"
		err = s.store.Unsubscribe(r.Context(), id, strings.ToLower(r.FormValue("w")))
	default:
		return page.ErrNotFound
	}
	if err != nil {
		return err
	}
	return page.Render(w, r, subscribeTemplate, p)
}

type placesPage struct {
	page.Base
	Groups []placeGroup
}

type placeGroup struct {
	Organ  string
	Places []store.PlaceRow
}

var placesTemplate = page.NewTemplate(files, "places.html")

func (s *Site) places(w http.ResponseWriter, r *http.Request) error {
	var organ int64
	if k := r.FormValue("organ"); k != "" {
		o, err := s.organOf(r, k)
		if err != nil {
			return err
		}
		organ = o.ID
	}
	list, err := s.store.PublicPlaces(r.Context(), organ)
	if err != nil {
		return err
	}
	p := placesPage{Base: s.cfg.Base(r, "", "政府信息查阅场所")}
	for _, x := range list {
		if n := len(p.Groups); n == 0 || p.Groups[n-1].Organ != x.OrganName {
			p.Groups = append(p.Groups, placeGroup{Organ: x.OrganName})
		}
		g := &p.Groups[len(p.Groups)-1]
		g.Places = append(g.Places, x)
	}
	return page.Render(w, r, placesTemplate, p)
}
