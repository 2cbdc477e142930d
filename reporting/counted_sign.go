package reporting

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// CountedFormat names the form in which a signed list is kept and hashed.
const CountedFormat = "gongkai-counted/1"

// countedForm is what is signed: no person stands in it, the act says who
// signed. Ids are text, so that no program rounds them.
type countedForm struct {
	Format   string            `json:"format"`
	Organ    string            `json:"organ"`
	Name     string            `json:"name"`
	Year     int               `json:"year"`
	Number   int               `json:"number"`
	SignedOn string            `json:"signed_on"`
	Previous string            `json:"previous"`
	Note     string            `json:"note"`
	Sections int               `json:"sections"`
	Villages int               `json:"villages"`
	Lines    []countedLineForm `json:"lines"`
}

type countedLineForm struct {
	Organ   string `json:"organ"`
	Name    string `json:"name"`
	Code    string `json:"code"`
	Kind    string `json:"kind"`
	Way     string `json:"way"`
	Rule    string `json:"rule"`
	Reason  string `json:"reason"`
	Decided bool   `json:"decided"`
	Splits  bool   `json:"splits"`
	Own     bool   `json:"own"`
}

// Sign makes the list the one that counts: somebody answers for it by name. It
// follows the list signed before, one that is not signed for the first. Four eyes
// are not asked.
func (l *CountedList) Sign(before *CountedList, by int64, name, note string, on law.Date) error {
	switch {
	case l.Signed():
		return act.Refuse("这份名单已于" + l.SignedOn.Chinese() + "签署，不能再签。")
	case l.Count() == 0:
		return act.Refuse("名单中没有一个机关计入，不能签署。")
	case !on.Valid():
		return act.Refuse("签署日期无效。")
	case len([]rune(note)) > 500:
		return act.Refuse("说明过长，最多500字。")
	case before.Signed() && len(CountedChanges(before.Lines, l.Lines)) == 0:
		return act.Refuse(fmt.Sprintf("名单与%s签署的第%d号名单相同，不需要再签。", before.SignedOn.Chinese(), before.Number))
	}
	l.Number, l.Previous = before.Number+1, before.Hash
	l.SignedOn, l.By, l.ByName, l.Note = on, by, name, strings.TrimSpace(note)
	body, err := l.Canonical()
	if err != nil {
		return err
	}
	l.Hash = act.Digest(body)
	return nil
}

// Canonical is the signed content as one sequence of bytes; its SHA-256 is the
// Hash and stands in the act of signing.
func (l *CountedList) Canonical() ([]byte, error) {
	f := countedForm{Format: CountedFormat, Organ: strconv.FormatInt(l.Organ, 10), Name: l.Name, Year: l.Year, Number: l.Number,
		SignedOn: l.SignedOn.String(), Previous: l.Previous, Note: l.Note, Sections: l.Sections, Villages: l.Villages, Lines: make([]countedLineForm, 0, len(l.Lines))}
	for _, x := range l.Lines {
		f.Lines = append(f.Lines, countedLineForm{strconv.FormatInt(x.Organ, 10), x.Name, x.Code, string(x.Kind), string(x.Way), x.Rule, x.Reason, x.Decided, x.Splits, x.Own})
	}
	return act.Canonical(f)
}

// ParseCounted reads a signed list back and says whether its content still has
// the hash that was signed. Who signed it is not in it.
func ParseCounted(body []byte, hash string) (*CountedList, error) {
	if act.Digest(body) != hash {
		return nil, errors.New("reporting: the list of organs counted is not the one that was signed")
	}
	var f countedForm
	if err := json.Unmarshal(body, &f); err != nil {
		return nil, fmt.Errorf("reporting: list of organs counted: %w", err)
	}
	if f.Format != CountedFormat {
		return nil, fmt.Errorf("reporting: list of organs counted of format %q", f.Format)
	}
	l := &CountedList{Name: f.Name, Year: f.Year, Number: f.Number, Previous: f.Previous, Note: f.Note, Sections: f.Sections, Villages: f.Villages, Hash: hash}
	var err error
	if l.Organ, err = strconv.ParseInt(f.Organ, 10, 64); err == nil {
		err = l.SignedOn.UnmarshalText([]byte(f.SignedOn))
	}
	for _, x := range f.Lines {
		id, e := strconv.ParseInt(x.Organ, 10, 64)
		if e != nil && err == nil {
			err = e
		}
		l.Lines = append(l.Lines, CountedLine{id, x.Name, x.Code, org.Kind(x.Kind), Way(x.Way), x.Rule, x.Reason, x.Decided, x.Splits, x.Own})
	}
	if err != nil {
		return nil, fmt.Errorf("reporting: list of organs counted: %w", err)
	}
	return l, nil
}

// A CountedChange is one organ that two lists treat differently. Way is "" on
// the side of a list that does not name it.
type CountedChange struct {
	Organ   int64
	Name    string
	Was, Is Way
	Before  string // reason then
	Reason  string // reason now
}

// Says is the change as a sentence.
func (c CountedChange) Says() string {
	switch {
	case c.Was == "" && c.Is == WayOut:
		return fmt.Sprintf("新列入“%s”，不计入：%s", c.Name, c.Reason)
	case c.Was == "":
		return fmt.Sprintf("新增“%s”，%s：%s", c.Name, c.Is.Chinese(), c.Reason)
	case c.Is == "":
		return fmt.Sprintf("不再列出“%s”（原%s）。", c.Name, c.Was.Chinese())
	case c.Was == c.Is:
		return fmt.Sprintf("“%s”仍%s，理由改为：%s", c.Name, c.Is.Chinese(), c.Reason)
	}
	return fmt.Sprintf("“%s”由%s改为%s：%s", c.Name, c.Was.Chinese(), c.Is.Chinese(), c.Reason)
}

// CountedChanges lists what is different from one list to the next, in the order
// of the later one. A new name of an organ is no change of who is counted; a new
// reason is.
func CountedChanges(was, is []CountedLine) []CountedChange {
	old := make(map[int64]*CountedLine, len(was))
	for i := range was {
		old[was[i].Organ] = &was[i]
	}
	var out []CountedChange
	seen := make(map[int64]bool, len(is))
	for i := range is {
		x := &is[i]
		seen[x.Organ] = true
		o := old[x.Organ]
		switch {
		case o == nil:
			out = append(out, CountedChange{Organ: x.Organ, Name: x.Name, Is: x.Way, Reason: x.Reason})
		case o.Way != x.Way || o.Own != x.Own || (x.Decided || o.Decided) && o.Reason != x.Reason:
			out = append(out, CountedChange{x.Organ, x.Name, o.Way, x.Way, o.Reason, x.Reason})
		}
	}
	for i := range was {
		if o := &was[i]; !seen[o.Organ] {
			out = append(out, CountedChange{Organ: o.Organ, Name: o.Name, Was: o.Way, Before: o.Reason})
		}
	}
	return out
}

// Choices are the decisions of a list, to begin the next one with.
func (l *CountedList) Choices() map[int64]Choice {
	out := map[int64]Choice{}
	for _, x := range l.Lines {
		if x.Decided {
			out[x.Organ] = Choice{x.Way, x.Reason}
		}
	}
	return out
}
