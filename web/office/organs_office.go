package office

import (
	"net/http"
	"slices"

	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (o *Office) officeForm(w http.ResponseWriter, r *http.Request) error {
	f, err := o.partOf(r, org.EditOrgan)
	if err != nil {
		return err
	}
	rec, version, err := o.store.Office(r.Context(), f.Organ.ID)
	if err != nil {
		return err
	}
	return o.showOffice(w, r, f, rec, version, nil, http.StatusOK, "", false)
}

func (o *Office) showOffice(w http.ResponseWriter, r *http.Request, f store.OrganFile, rec org.OfficeRecord, version int64, bad map[string]string, code int, failure string, conflict bool) error {
	p := organForm{Heading: "办公信息", Version: version, Failure: failure, Explain: []string{
		"这些内容在本机关的公开页面上显示，也写进公开指南和告知书。",
		"没有勾选的渠道不会出现在公开页面上；当面、邮寄是条例规定必须提供的方式。",
		"没有填的项目不显示。机关负责人写姓名和职务，不写手机号码。"}}
	for _, x := range org.OfficeFields() {
		p.Fields = append(p.Fields, page.Field{Name: x.Name, Label: x.Chinese, Hint: x.Hint, Value: *x.Of(&rec), Max: 200, Message: bad[x.Name]})
	}
	for i, k := range org.ChannelKinds() {
		c := page.Field{Name: "channel-" + string(k), Label: "受理渠道：" + k.Chinese(), Kind: "checkbox"}
		where := page.Field{Name: "where-" + string(k), Label: k.Chinese() + "：到哪里", Hint: channelHint(k), Max: 200, Message: bad[string(k)]}
		if j := slices.IndexFunc(rec.Channels, func(c org.Channel) bool { return c.Kind == k }); j >= 0 {
			c.Value, where.Value = "1", rec.Channels[j].Where
		}
		if i == 0 {
			c.Message = bad["channels"]
		}
		p.Fields = append(p.Fields, c, where)
	}
	return o.showPart(w, r, f, p, code, conflict)
}

// channelHint says what to write of a channel; what stands above serves where it
// is left empty.
func channelHint(k org.ChannelKind) string {
	switch k {
	case org.Counter:
		return "窗口，例如：便民服务中心3号窗口；就是办公地址的可以不填"
	case org.ByPost:
		return "收件地址和收件人；就是办公地址的可以不填"
	case org.Online:
		return "提交申请的网址；就是上面网址的可以不填"
	}
	return "与上面填的不同时填写"
}

func (o *Office) officeSave(w http.ResponseWriter, r *http.Request) error {
	f, err := o.partOf(r, org.EditOrgan)
	if err != nil {
		return err
	}
	in, err := o.input(r)
	if err != nil {
		return err
	}
	rec := org.OfficeRecord{Organ: f.Organ.ID}
	for _, x := range org.OfficeFields() {
		*x.Of(&rec) = in.text(x.Name)
	}
	for _, k := range org.ChannelKinds() {
		if in.text("channel-"+string(k)) != "" {
			rec.Channels = append(rec.Channels, org.Channel{Kind: k, Where: in.text("where-" + string(k))})
		}
	}
	version := in.number("version")
	if bad := rec.Wrong(); len(bad) > 0 {
		return o.showOffice(w, r, f, rec, version, bad, http.StatusUnprocessableEntity, "", false)
	}
	d, err := o.store.SaveOffice(r.Context(), page.By(r), rec, version)
	if err != nil {
		return o.organAnswer(w, r, &f, func(code int, failure string, conflict bool) error {
			if conflict {
				var err error
				if _, version, err = o.store.Office(r.Context(), f.Organ.ID); err != nil {
					return err
				}
			}
			return o.showOffice(w, r, f, rec, version, nil, code, failure, conflict)
		}, err)
	}
	return page.Done(w, r, organHref(f.Organ.ID), "saved", d)
}
