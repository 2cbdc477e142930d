package casework

import (
	"slices"
	"strconv"

	"gongkai/act"
	"gongkai/law"
)

// A LetterRecord is what the acts say of one letter of the file. Its words stand
// in the sealed part, under the same number.
type LetterRecord struct {
	N       int // in the order of Content.Letters, from 1
	Of      int // the version it takes the place of, 0 for a first one
	Code    string
	No      string // 文号
	On      law.Date
	Scan    string   // SHA-256 of the stamped scan, hex; "" if there is none
	Scanned law.Date // when it was uploaded
	Void    string   // why the number is 作废, one of VoidReasons; "" for a good one
	Seals   []Seal
	Served  law.Date
	Way     string // of service
}

// A Seal is one use of the seal 用印.
type Seal struct {
	On      law.Date
	Copies  int
	Consent string // what approved it: approval/7, person/3, paper
	Asker   int64  // person who asked for it
	Keeper  int64  // person who pressed it
}

// A Try is an attempt to serve a letter that failed.
type Try struct {
	On       law.Date
	Letter   int
	Way, Why string
}

// VoidReasons are why a number becomes 作废, with their Chinese, in the order of
// the form.
func VoidReasons() [][2]string {
	return [][2]string{{"mistake", "文书有误，重新制作"}, {"twice", "重复编号"}, {"changed", "签发前改变决定"}, {"withdrawn", "申请人已撤回，不再发出"}, {"lost", "盖章件损毁、遗失"}}
}

// TryReasons are why a service failed, with their Chinese.
func TryReasons() [][2]string {
	return [][2]string{{"moved", "地址不详、已迁移"}, {"absent", "多次投递无人签收"}, {"refused", "拒收"}, {"bounced", "电子邮件退回"}, {"phone", "电话无法接通"}}
}

func chineseOf(pairs [][2]string, code string) string {
	for _, p := range pairs {
		if p[0] == code {
			return p[1]
		}
	}
	return ""
}

// VoidChinese is a reason for 作废 on screen.
func VoidChinese(code string) string { return chineseOf(VoidReasons(), code) }

// TryChinese is why a service failed on screen.
func TryChinese(code string) string { return chineseOf(TryReasons(), code) }

func codes(pairs [][2]string) []string {
	var out []string
	for _, p := range pairs {
		out = append(out, p[0])
	}
	return out
}

// Letter is the record of a letter by its number in the file, nil if there is none.
func (r *Request) Letter(n int) *LetterRecord {
	for i := range r.Letters {
		if r.Letters[i].N == n {
			return &r.Letters[i]
		}
	}
	return nil
}

// Current reports whether the letter counts: it is not 作废, and no later version
// took its place.
func (r *Request) Current(n int) bool {
	l := r.Letter(n)
	return l != nil && l.Void == "" && !slices.ContainsFunc(r.Letters, func(o LetterRecord) bool { return o.Of == n && o.Void == "" })
}

// good is the letter of a number, or a refusal that says why nothing can be done
// with it.
func (r *Request) good(n int) (*LetterRecord, error) {
	switch l := r.Letter(n); {
	case l == nil:
		return nil, act.Refuse("案卷中没有这份文书，请刷新页面。")
	case l.Void != "":
		return nil, act.Refuse("文书已经作废（" + VoidChinese(l.Void) + "），不能再办理。")
	case !r.Current(n):
		return nil, act.Refuse("这份文书已经有新的版本，请在新的版本上办理。")
	default:
		return l, nil
	}
}

// WriteLetter 编制文书 puts a letter on file: n is its place among the letters of
// the content, of the version it takes the place of. A letter that went out under
// seal or was served is not written anew.
func (r *Request) WriteLetter(d Doing, n int, code, no string, of int) error {
	if err := r.fits(act.RequestLetterWritten); err != nil {
		return err
	}
	if _, ok := LetterOf(code, d.On); !ok {
		return act.Refuse("没有这一种文书。")
	}
	if of != 0 {
		l, err := r.good(of)
		if err != nil {
			return err
		}
		if !l.Served.IsZero() || l.Scan != "" {
			return act.Refuse("文书已经盖章或者送达，不能修改。未送达的先作废，再写新的一份；已送达的应当另行更正、告知。")
		}
	}
	return r.happen(Event{Kind: act.RequestLetterWritten, On: d.On, Facts: d.facts(nil, "n", strconv.Itoa(n), "code", code, "no", no, "of", plain(of))})
}

// plain is a number as a fact, "" for 0.
func plain(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// StampLetter 上传盖章扫描件: from here on the scan is the letter that is served.
func (r *Request) StampLetter(d Doing, n int, hash string, file int64) error {
	l, err := r.good(n)
	if err != nil {
		return err
	}
	if !l.Served.IsZero() && !d.Fact {
		return act.Refuse("文书已经送达，送达的文本不能再换。确系补传当时的盖章件的，勾选“此事已经发生，如实补登”。")
	}
	if len(hash) != 64 || file == 0 {
		return act.Refuse("请选择盖章文书的扫描件。")
	}
	if err := d.when(l.On, "成文日期"); err != nil {
		return err
	}
	return r.happen(Event{Kind: act.RequestLetterStamped, On: d.On, Facts: d.facts(nil, "n", strconv.Itoa(n), "hash", hash, "file", strconv.FormatInt(file, 10))})
}

// SealLetter 登记用印: which letter, how many copies, who asked, who approved, who
// pressed the seal. Nothing is sealed without approval.
func (r *Request) SealLetter(d Doing, n int, s Seal) error {
	l, err := r.good(n)
	if err != nil {
		return err
	}
	switch {
	case s.Copies < 1 || s.Copies > 99:
		return act.Refuse("请写用印份数，1至99。")
	case s.Keeper == 0 || s.Asker == 0:
		return act.Refuse("请写明用印申请人和用印人。")
	case s.Consent == "" && !d.Fact:
		return act.Refuse("用印须经批准：先提请签发，或者录入纸质签批的日期和签批人。")
	}
	if err := d.when(l.On, "成文日期"); err != nil {
		return err
	}
	return r.happen(Event{Kind: act.RequestLetterSealed, On: d.On, Facts: d.facts(nil, "n", strconv.Itoa(n), "copies", strconv.Itoa(s.Copies), "consent", s.Consent,
		"asker", strconv.FormatInt(s.Asker, 10), "keeper", strconv.FormatInt(s.Keeper, 10))})
}

// VoidLetter 作废文书: its number stays and is not given again. An answer that did
// not leave the house is taken back with it, and has to be given anew; one that
// was served stands until a review, a court or the organ itself revokes it.
func (r *Request) VoidLetter(d Doing, n int, reason string) error {
	l, err := r.good(n)
	if err != nil {
		return err
	}
	if VoidChinese(reason) == "" {
		return act.Refuse("请选择作废的原因。")
	}
	if !l.Served.IsZero() || r.State == Closed && l.No != "" && l.No == r.LetterNo {
		return act.Refuse("文书已经送达，不能作废。决定有误的，应当依法撤销、更正，并另行告知申请人。")
	}
	if err := d.when(l.On, "成文日期"); err != nil {
		return err
	}
	return r.happen(Event{Kind: act.RequestLetterVoided, On: d.On, Facts: d.facts(nil, "n", strconv.Itoa(n), "reason", reason)})
}

// TryService 登记未能送达, before a letter may be served by public notice.
func (r *Request) TryService(d Doing, n int, way, why string) error {
	l, err := r.good(n)
	if err != nil {
		return err
	}
	if !l.Served.IsZero() {
		return act.Refuse("这份文书" + l.Served.Chinese() + "已经送达。")
	}
	if WayChinese(way) == "" || TryChinese(why) == "" {
		return act.Refuse("请选择送达方式和未能送达的原因。")
	}
	if err := d.when(l.On, "成文日期"); err != nil {
		return err
	}
	return r.happen(Event{Kind: act.RequestServiceTried, On: d.On, Facts: d.facts(nil, "n", strconv.Itoa(n), "way", way, "why", why)})
}

// PostNotice 公告送达 begins a public notice of days calendar days. It is the last
// way: something else was tried.
func (r *Request) PostNotice(d Doing, n, days int) error {
	l, err := r.good(n)
	if err != nil {
		return err
	}
	if err := d.when(l.On, "成文日期"); err != nil {
		return err
	}
	if !l.Served.IsZero() {
		return act.Refuse("这份文书" + l.Served.Chinese() + "已经送达。")
	}
	if days < 1 || days > 365 {
		return act.Refuse("请写公告的天数。")
	}
	var marks []string
	if !slices.ContainsFunc(r.Tries, func(t Try) bool { return t.Letter == n }) {
		if err := d.refuse(&marks, "notice_untried", "公告送达以受送达人下落不明或者其他方式无法送达为前提：请先登记用其他方式送达未成的情况。"); err != nil {
			return err
		}
	}
	return r.happen(Event{Kind: act.RequestNoticePosted, On: d.On, Facts: d.facts(marks, "n", strconv.Itoa(n), "until", d.On.AddDays(days).String())})
}

// Archive 案卷归档: the package with this SHA-256 and number of documents was handed
// over; file is the signed list. Nothing is handed over while somebody still has
// to do something.
func (r *Request) Archive(d Doing, hash string, items int, file int64) error {
	if err := r.fits(act.RequestArchived); err != nil {
		return err
	}
	if !r.Archived.IsZero() {
		return act.Refuse("案卷" + r.Archived.Chinese() + "已经移交归档。")
	}
	for _, x := range r.Remedies {
		if x.Ended.IsZero() {
			return act.Refuse("还有没有结果的复议、诉讼，案卷不能移交。")
		}
	}
	switch {
	case len(hash) != 64:
		return act.Refuse("请填写移交的归档包的校验值（SHA-256，64位），在归档包的移交清单上。")
	case file == 0:
		return act.Refuse("请上传双方签字的移交清单。")
	}
	if err := d.when(r.lastOf(act.RequestServed), "送达之日"); err != nil {
		return err
	}
	return r.happen(Event{Kind: act.RequestArchived, On: d.On, Facts: d.facts(nil, "hash", hash, "items", strconv.Itoa(items), "receipt", strconv.FormatInt(file, 10))})
}
