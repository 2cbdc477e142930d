package casework

import (
	"maps"
	"slices"
	"strings"

	"gongkai/law"
)

// Content is what a file says about people, and what people wrote. It is kept
// sealed under a key of its own; destroying the key leaves the acts and the
// figures, and nobody's data.
type Content struct {
	Person     Person                    `json:"person"`
	Agent      *Person                   `json:"agent,omitempty"` // 代理人, with 授权委托书 among the files
	Wanted     string                    `json:"wanted"`          // 所需信息的名称、文号或者特征描述
	Whole      string                    `json:"whole,omitempty"` // 拆分前的申请原文
	Forms      []string                  `json:"forms,omitempty"` // 纸质、电子……
	Ways       []string                  `json:"ways,omitempty"`  // 邮寄、当面……
	Help       string                    `json:"help,omitempty"`  // 需要的帮助
	Oral       bool                      `json:"oral,omitempty"`  // 口头申请，工作人员代为填写
	Findings   map[string]string         `json:"findings,omitempty"`
	Guide      map[QuestionCode]Answered `json:"guide,omitempty"` // 七步法的回答
	Items      []string                  `json:"items,omitempty"` // 补正事项
	Notes      []Note                    `json:"notes,omitempty"`
	Letters    []Letter                  `json:"letters,omitempty"`
	Files      []File                    `json:"files,omitempty"`
	Redactions []Redaction               `json:"redactions,omitempty"` // 遮盖记录
	Services   []Service                 `json:"services,omitempty"`
	Cases      []CaseNote                `json:"cases,omitempty"`
	Package    *Package                  `json:"package,omitempty"` // the newest for the archive
	Rating     int                       `json:"rating,omitempty"`
	Comment    string                    `json:"comment,omitempty"`
}

// A Person is an applicant or an agent.
type Person struct {
	Name     string `json:"name"`
	Unit     string `json:"unit,omitempty"`      // 工作单位
	IDKind   string `json:"id_kind,omitempty"`   // 证件名称
	IDNumber string `json:"id_number,omitempty"` // 证件号码、统一社会信用代码
	Legal    string `json:"legal,omitempty"`     // 法定代表人
	Contact  string `json:"contact,omitempty"`   // 联系人
	Phone    string `json:"phone,omitempty"`
	Email    string `json:"email,omitempty"`
	Fax      string `json:"fax,omitempty"`
	Address  string `json:"address,omitempty"`
	Postcode string `json:"postcode,omitempty"`
}

// A Note is a telephone record 电话记录 or a remark.
type Note struct {
	On   law.Date `json:"on"`
	Kind string   `json:"kind"` // phone, remark, transfer
	Text string   `json:"text"`
	By   int64    `json:"by"`
}

// A Letter is one letter of the file in all its versions; the last counts.
type Letter struct {
	Code   string            `json:"code"` // of the catalogue
	No     string            `json:"no,omitempty"`
	On     law.Date          `json:"on"`
	Fields map[string]string `json:"fields,omitempty"` // elements that people wrote
	Body   []string          `json:"body"`             // paragraphs as they went out
	By     int64             `json:"by,omitempty"`     // who wrote it
	Scan   int64             `json:"scan,omitempty"`   // private file: the stamped letter as it was served
	Void   string            `json:"void,omitempty"`   // why its number is 作废
	Of     int               `json:"of,omitempty"`     // number from 1 of the version it takes the place of
	To     string            `json:"to,omitempty"`     // addressee as it went out
}

// A File belongs to the file; its bytes are private.
type File struct {
	ID   int64    `json:"id"`
	Name string   `json:"name"`
	Kind string   `json:"kind"` // identity, mandate, paper, evidence, redacted, scan, proof
	On   law.Date `json:"on"`
	Open bool     `json:"open,omitempty"` // the applicant may fetch it: what was disclosed
}

// Bounds of the content.
const (
	maxWanted = 3000
	maxShort  = 200
	maxFiles  = 40
)

// Check is what is wrong with an application, by field, in Chinese. No purpose is
// asked. strict is for what the program takes itself; what came on paper is
// registered with whatever it says, and corrected later.
func (c *Content) Check(strict bool) map[string]string {
	bad := map[string]string{}
	if strings.TrimSpace(c.Person.Name) == "" && strict {
		bad["name"] = "请填写姓名或者单位名称。"
	}
	if strict && strings.TrimSpace(c.Person.Phone+c.Person.Email+c.Person.Address) == "" {
		bad["phone"] = "请至少填写一种联系方式：电话、电子邮箱或者通信地址。"
	}
	switch n := len([]rune(c.Wanted)); {
	case strings.TrimSpace(c.Wanted) == "" && strict:
		bad["wanted"] = "请写明需要的政府信息：名称、文号，或者便于查找的其他特征。"
	case n > maxWanted:
		bad["wanted"] = "内容太长，最多3000字。可以把材料作为附件上传。"
	}
	if c.Person.Email != "" && (!strings.Contains(c.Person.Email, "@") || strings.ContainsAny(c.Person.Email, " ，,")) {
		bad["email"] = "电子邮箱的格式不对，例如 name@example.cn。"
	}
	for field, s := range map[string]string{"name": c.Person.Name, "unit": c.Person.Unit, "id_number": c.Person.IDNumber, "phone": c.Person.Phone, "address": c.Person.Address, "contact": c.Person.Contact, "legal": c.Person.Legal} {
		if len([]rune(s)) > maxShort {
			bad[field] = "内容太长，最多200字。"
		}
	}
	if len(c.Files) > maxFiles {
		bad["files"] = "附件太多，最多40个。"
	}
	return bad
}

// Masked is the content for somebody who may see that there is a file, but not
// whose it is.
func (c Content) Masked() Content {
	hide := func(p Person) Person {
		out := Person{IDKind: p.IDKind}
		if r := []rune(p.Name); len(r) > 0 {
			out.Name = string(r[0]) + "**"
		}
		return out
	}
	c.Person = hide(c.Person)
	if c.Agent != nil {
		a := hide(*c.Agent)
		c.Agent = &a
	}
	if c.Wanted != "" {
		c.Wanted = "（内容对您的岗位不显示）"
	}
	c.Guide = nil
	c.Redactions = nil
	c.Whole = ""
	c.Findings, c.Items, c.Notes, c.Letters, c.Files, c.Services, c.Cases, c.Comment = nil, nil, nil, nil, nil, nil, nil, ""
	return c
}

// Clone copies the content so that a verb may change it.
func (c Content) Clone() Content {
	c.Notes, c.Letters, c.Files = slices.Clone(c.Notes), slices.Clone(c.Letters), slices.Clone(c.Files)
	c.Redactions = slices.Clone(c.Redactions)
	c.Items, c.Services, c.Cases = slices.Clone(c.Items), slices.Clone(c.Services), slices.Clone(c.Cases)
	f := map[string]string{}
	for k, v := range c.Findings {
		f[k] = v
	}
	c.Findings = f
	c.Guide = maps.Clone(c.Guide)
	return c
}
