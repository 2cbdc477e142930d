package proactive

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"gongkai/act"
)

// ErrFile is an item whose acts do not follow from each other: one is missing,
// was moved or changed. It is never mended in silence.
var ErrFile = errors.New("proactive: the acts of the item do not follow from each other")

// A step is what a kind of act does to an item, and where it may stand.
type step struct {
	stage    []Stage // nil for any
	standing []Standing
	do       func(x *Item, e act.Event, f *act.Facts)
}

var (
	editable = []Stage{Drafting, Returned}
	signing  = []Stage{Reviewing, Asking}
	was      = []Standing{Live, Withdrawn, Ended}
)

// steps is everything that may happen to an item.
var steps = map[string]step{
	act.ItemDrafted: {[]Stage{Nothing}, nil, func(x *Item, e act.Event, f *act.Facts) {
		x.Kind, x.Content, x.Stage = act.OneOf(f, "kind", Kinds()...), f.Hash("content"), Drafting
		x.wrote(f.Ref("person"))
		x.Backfill, x.Turned = f.Yes("backfill"), f.Ref("request")
	}},
	act.ItemEdited: {editable, nil, func(x *Item, e act.Event, f *act.Facts) {
		x.Content = f.Hash("content")
		x.wrote(f.Ref("person"))
		if k := f.Maybe("kind"); k != "" {
			x.Kind = Kind(k)
			if x.Kind.Chinese() == "" {
				f.Fail("kind")
			}
		}
	}},
	act.ItemSubmitted: {editable, nil, func(x *Item, e act.Event, f *act.Facts) {
		x.Chain, x.Signed, x.Answer, x.ReleaseAt = Chain{}, nil, "", 0
		for i := range f.Num("steps") {
			s, ok := parseStep(f.Word("step" + string(rune('a'+i))))
			if !ok || i >= maxSteps {
				f.Fail("steps")
				return
			}
			x.Chain.Steps = append(x.Chain.Steps, s)
		}
		if f.Hash("content") != x.Content || len(x.Chain.Steps) == 0 {
			f.Fail("content")
		}
		x.Stage = Reviewing
	}},
	act.ItemRecalled: {signing, nil, func(x *Item, e act.Event, f *act.Facts) { x.back(Drafting) }},
	act.ItemSigned: {[]Stage{Reviewing}, nil, func(x *Item, e act.Event, f *act.Facts) {
		if f.Num("step") != len(x.Signed) || f.Hash("content") != x.Content || len(x.Signed) >= len(x.Chain.Steps) {
			f.Fail("step")
			return
		}
		x.Signed = append(slices.Clip(x.Signed), Signature{Step: len(x.Signed), Person: f.Ref("person"), Paper: f.Yes("paper"), On: e.On})
		f.Maybe("answers") // the five questions: what was said stands with the act
		if x.Chain.Steps[len(x.Signed)-1].Secrecy && f.Maybe("questions") == "" {
			f.Fail("questions")
		}
		if len(x.Signed) == len(x.Chain.Steps) {
			x.Stage = Approved
		}
	}},
	act.ItemReturned: {[]Stage{Reviewing, Asking, Approved}, nil, func(x *Item, e act.Event, f *act.Facts) {
		f.Ref("person")
		f.Yes("paper")
		x.back(Returned)
	}},
	act.ItemAsked: {[]Stage{Reviewing}, nil, func(x *Item, e act.Event, f *act.Facts) {
		f.Ref("person")
		x.Stage, x.Asked, x.Answer = Asking, e.On, ""
	}},
	act.ItemAnswered: {[]Stage{Asking}, nil, func(x *Item, e act.Event, f *act.Facts) {
		x.Answer, x.Stage = act.OneOf(f, "answer", Answers()...), Reviewing
		f.Maybe("paper_no")
	}},
	act.ItemScheduled: {[]Stage{Approved}, nil, func(x *Item, e act.Event, f *act.Facts) {
		x.ReleaseAt = f.Ref("at")
	}},
	act.ItemPublished: {[]Stage{Approved}, []Standing{Unpublished, Live}, (*Item).published},
	act.ItemRevised: {[]Stage{Settled}, []Standing{Live}, func(x *Item, e act.Event, f *act.Facts) {
		x.Revision, x.Content, x.Hands = act.OneOf(f, "change", Changing, Correcting), f.Hash("content"), nil
		x.wrote(f.Ref("person"))
		x.back(Drafting)
	}},
	act.ItemDiscarded: {[]Stage{Drafting, Returned, Approved}, nil, func(x *Item, e act.Event, f *act.Facts) {
		if x.Stage = Discarded; x.Versions > 0 {
			x.Stage, x.Content, x.Revision = Settled, x.Public, ""
		}
	}},
	act.ItemWithdrawn: {nil, []Standing{Live}, func(x *Item, e act.Event, f *act.Facts) {
		x.Standing, x.Takedown = Withdrawn, e.On
		x.stop()
	}},
	act.ItemEnded: {nil, []Standing{Live}, func(x *Item, e act.Event, f *act.Facts) {
		x.Standing, x.Takedown = Ended, e.On
		x.stop()
	}},
	act.ItemRemoved: {nil, was, func(x *Item, e act.Event, f *act.Facts) {
		x.Standing, x.Takedown, x.Cause = Removed, e.On, act.OneOf(f, "cause", Causes()...)
		x.Stage, x.Content, x.Public = Settled, "", ""
	}},
	act.ItemAbolished: {nil, []Standing{Live}, func(x *Item, e act.Event, f *act.Facts) {
		x.Abolished = e.On
		f.Ref("by")
	}},
	act.ItemWithheld: {[]Stage{Drafting, Returned, Reviewing}, []Standing{Unpublished}, func(x *Item, e act.Event, f *act.Facts) {
		x.Ground, x.ReviewBy, x.Stage = act.OneOf(f, "ground", Grounds()...), f.Day("review_by"), Withheld
		f.Ref("person")
	}},
	act.ItemReReviewed: {[]Stage{Withheld}, nil, func(x *Item, e act.Event, f *act.Facts) {
		x.Reviews++
		x.ReviewBy = f.Day("review_by")
		f.Ref("person")
		if f.Yes("open") {
			x.Ground, x.ReviewBy = "", x.ReviewBy.AddDays(0)
			x.back(Drafting)
		}
	}},
	act.ItemAssigned: {[]Stage{Drafting, Reviewing, Asking, Returned, Approved}, nil, func(x *Item, e act.Event, f *act.Facts) {
		x.wrote(f.Ref("person"))
	}},
	act.ItemArchived: {[]Stage{Settled, Withheld}, nil, func(x *Item, e act.Event, f *act.Facts) {
		x.Archived, x.Volume, x.Box = e.On, f.Word("volume"), f.Maybe("box")
	}},
}

// wrote remembers whose text it is; the slice is never shared with an older state.
func (x *Item) wrote(person int64) {
	if x.Author = person; person != 0 && !slices.Contains(x.Hands, person) {
		x.Hands = append(slices.Clip(x.Hands), person)
	}
}

// back takes the text out of review.
func (x *Item) back(to Stage) { x.Stage, x.Signed, x.Answer, x.ReleaseAt = to, nil, "", 0 }

// stop ends what is in work: what is no more public is not changed any more.
func (x *Item) stop() {
	if x.Stage != Settled {
		x.back(Settled)
		x.Content, x.Revision = x.Public, ""
	}
}

func (x *Item) published(e act.Event, f *act.Facts) {
	number, at := f.Word("number"), f.Ref("at")
	if x.Versions > 0 && number != x.Number || f.Num("version") != x.Versions+1 || f.Hash("content") != x.Content || at == 0 {
		f.Fail("version")
	}
	if x.Versions == 0 {
		x.Number, x.Published, x.PublishedAt = number, e.On, at
	} else {
		x.Changed = e.On
	}
	f.Maybe("change")
	x.Versions++
	x.Public, x.Revision, x.Standing, x.Stage = x.Content, "", Live, Settled
}

// Replay makes an item of its acts, or ErrFile.
func Replay(events []act.Event) (*Item, error) {
	x := &Item{}
	for i, e := range events {
		if err := x.apply(e); err != nil {
			return nil, fmt.Errorf("act %d, %s: %w", i+1, e.Kind, err)
		}
	}
	x.fresh = len(x.events)
	return x, nil
}

// apply is the one way in which an item changes.
func (x *Item) apply(e act.Event) error {
	s, ok := steps[e.Kind]
	switch {
	case !ok:
		return fmt.Errorf("%w: kind %q", ErrFile, e.Kind)
	case !e.On.Valid():
		return fmt.Errorf("%w: day %v", ErrFile, e.On)
	case !x.Can(e.Kind):
		return fmt.Errorf("%w: %s while the item is %q, %q", ErrFile, e.Kind, x.Stage, x.Standing)
	}
	f := act.ReadFacts(e.Facts)
	was := *x
	s.do(x, e, f)
	if err := f.Err(); err != nil {
		*x = was
		return fmt.Errorf("%w: %w", ErrFile, err)
	}
	x.events = append(x.events, e)
	return nil
}

// Can reports whether the item has a place for an act of the kind now.
func (x *Item) Can(kind string) bool {
	s, ok := steps[kind]
	return ok && (s.stage == nil || slices.Contains(s.stage, x.Stage)) && (s.standing == nil || slices.Contains(s.standing, x.Standing))
}

// happen applies an event that a verb made. One that the item has no place for
// is a refusal: somebody was faster, or the step is not due.
func (x *Item) happen(e act.Event) error {
	for k, v := range e.Facts {
		if v == "" {
			delete(e.Facts, k)
		}
	}
	if !x.Can(e.Kind) {
		return act.Refuse("信息现在“" + x.Where() + "”，不能办理这一步：" + act.Kinds()[e.Kind].Chinese + "。请刷新页面查看最新情况。")
	}
	if err := x.apply(e); err != nil {
		return act.Refuse("填写的内容不完整或者无法识别，请在表单中重新选择、填写后再提交。")
	}
	return nil
}

// Where is stage and standing in a few words.
func (x *Item) Where() string {
	switch {
	case x.Standing == Unpublished:
		return x.Stage.Chinese()
	case x.Open():
		return x.Standing.Chinese() + "，修订稿" + x.Stage.Chinese()
	}
	return x.Standing.Chinese()
}

func num(n int) string    { return strconv.Itoa(n) }
func ref(id int64) string { return strconv.FormatInt(id, 10) }
func yes(b bool) string {
	if b {
		return "1"
	}
	return ""
}
