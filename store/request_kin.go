package store

import (
	"fmt"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law/calendar"
)

// A SplitPart is one matter of an application that becomes a file of its own.
type SplitPart struct {
	Subject string
	Wanted  string
}

// maxParts bounds into how many files an application is split at once.
const maxParts = 20

// SplitOff opens a file for each part, with a number of its own, the applicant and
// the day of receipt of this one; keep is what stays here. The text as it came is
// kept beside. Attachments stay here. It is of use only inside a verb.
func (x *RequestFile) SplitOff(cal *calendar.Calendar, d casework.Doing, keep string, parts []SplitPart) error {
	if len(parts) > maxParts {
		return act.Refuse(fmt.Sprintf("一次最多拆分出%d件。", maxParts))
	}
	if strings.TrimSpace(keep) == "" {
		return act.Refuse("请写明留在本件办理的事项。")
	}
	h := x.hand
	ids, refs, numbers := make([]int64, len(parts)), make([]string, len(parts)), make([]string, len(parts))
	for i, p := range parts {
		if strings.TrimSpace(p.Wanted) == "" {
			return act.Refuse(fmt.Sprintf("请写明另外立件的第%d个事项。", i+1))
		}
		ids[i] = h.s.NewID()
		refs[i] = RequestRef(ids[i])
		var err error
		if numbers[i], err = h.freeNumber(x.Organ, x.Arrived.Year); err != nil {
			return err
		}
	}
	files, err := x.Split(d, RequestRef(x.ID), refs, numbers)
	if err != nil {
		return err
	}
	to, err := h.subject(x.Organ)
	if err != nil {
		return err
	}
	for i, f := range files {
		c := x.Content
		child := &RequestFile{Request: f, ID: ids[i], Organ: x.Organ, Subject: strings.TrimSpace(parts[i].Subject), Version: 1, hand: h, path: x.path,
			Content: casework.Content{Person: c.Person, Agent: c.Agent, Wanted: parts[i].Wanted, Forms: c.Forms, Ways: c.Ways, Help: c.Help, Oral: c.Oral}}
		if err := h.putRequest(child, cal); err != nil {
			return err
		}
		if err := h.appendEvents(child); err != nil {
			return err
		}
		if err := h.tellOfRequest(act.RequestRegistered, child, to, child.Row(cal, h.day)); err != nil {
			return err
		}
	}
	if x.Content.Whole == "" {
		x.Content.Whole = x.Content.Wanted
	}
	x.Content.Wanted = keep
	return nil
}

// sibling reads another file of the same organ by its number, to act on it in the
// same transaction.
func (x *RequestFile) sibling(number string) (*RequestFile, recordKey, error) {
	h := x.hand
	other, _, key, err := h.s.scanRequest(h.QueryRowContext(h.ctx, requestSQL+" where r.organ = $1 and r.number = $2 and r.id <> $3", x.Organ, strings.TrimSpace(number), x.ID))
	if err != nil {
		if notFound(err) == ErrNotFound {
			err = act.Refuse("本机关没有登记号是“" + strings.TrimSpace(number) + "”的另一件申请，请核对。")
		}
		return nil, key, err
	}
	if other.Erased {
		return nil, key, act.Refuse("登记号“" + strings.TrimSpace(number) + "”的个人信息已经清除，不能再办理。")
	}
	if other.Request, err = h.s.replay(h.ctx, h, other.ID); err != nil {
		return nil, key, err
	}
	other.hand, other.path, other.Handles = h, x.path, true
	return other, key, nil
}

// MergeInto joins this file to another of the same applicant at the organ, which
// answers for both; the answer to this one is the letter that says so. It is of
// use only inside a verb.
func (x *RequestFile) MergeInto(cal *calendar.Calendar, d casework.Doing, number string) error {
	h := x.hand
	other, key, err := x.sibling(number)
	if err != nil {
		return err
	}
	mine, err := h.s.whoMark(x.Organ, x.Content.Person)
	if err != nil {
		return err
	}
	theirs, err := h.s.whoMark(x.Organ, other.Content.Person)
	if err != nil {
		return err
	}
	if mine == "" || mine != theirs {
		return act.Refuse("两件的申请人不是同一人（按证件号码，没有证件号码的按姓名和电话核对），不能合并。不同申请人的相同申请，请分别答复。")
	}
	if err := other.Join(d, RequestRef(x.ID)); err != nil {
		return err
	}
	to, err := h.subject(x.Organ)
	if err != nil {
		return err
	}
	if err := h.keepRequest(other, to, key, cal); err != nil {
		return err
	}
	return x.Merge(d, RequestRef(other.ID))
}

// Former names an earlier request of the organ that was answered, as what 重复申请
// rests on, and keeps letter and day as the finding. It is of use only inside a verb.
func (x *RequestFile) Former(d casework.Doing, number string) error {
	other, _, err := x.sibling(number)
	if err != nil {
		return err
	}
	if other.Answers == 0 {
		return act.Refuse("登记号“" + other.Number + "”的申请还没有答复，不能作为前一次答复。")
	}
	if err := x.LinkTo(d, casework.FormerOne, RequestRef(other.ID)); err != nil {
		return err
	}
	res, _ := casework.ResultOf(other.Outcome)
	if x.Content.Findings == nil {
		x.Content.Findings = map[string]string{}
	}
	x.Content.Findings[casework.FoundFormer] = strings.TrimPrefix(other.LetterNo+"，"+other.Answer.Chinese()+"，登记号"+other.Number+"，处理结果："+res.Chinese, "，")
	return x.Find(d, casework.FoundFormer)
}

// IDOfRef is the id in a reference of a request, 0 for what is none.
func IDOfRef(ref string) int64 {
	id, err := strconv.ParseInt(strings.TrimPrefix(ref, "request/"), 10, 64)
	if err != nil {
		return 0
	}
	return id
}
