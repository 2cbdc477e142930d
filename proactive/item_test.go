package proactive

import (
	"errors"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

var day = law.Day(2026, 6, 1)

func by(person int64, roles ...org.Role) Doing {
	return Doing{On: day, Today: day, Person: person, Roles: roles}
}

func hash(s string) string { return act.Digest([]byte(s)) }

// asked is the refusal of a verb, "" if it happened.
func asked(t *testing.T, err error) string {
	t.Helper()
	var no *act.Refusal
	switch {
	case err == nil:
		return ""
	case errors.As(err, &no):
		return no.Text
	}
	t.Fatal(err)
	return ""
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if s := asked(t, err); s != "" {
			t.Fatal(s)
		}
	}
}

const (
	clerk  = 1
	office = 2
	leader = 3
)

// approved is an item that has gone through the chain of a town.
func approved(t *testing.T) *Item {
	t.Helper()
	x := &Item{}
	must(t, x.Draft(by(clerk, org.Drafter), Draft{Kind: Notice, Content: hash("一")}), x.Submit(by(clerk), Town()),
		x.Sign(by(office, org.Secrecy), Review{Content: hash("一"), Answers: "nnnnn"}), x.Sign(by(leader, org.Signer), Review{Content: hash("一")}))
	return x
}

// No one publishes what nobody else has read: at no step of any order of acts is
// an item out whose text has not every signature of its chain.
func TestNothingGoesOutWithoutItsChain(t *testing.T) {
	x := &Item{}
	publish := func() string { return asked(t, x.Publish(by(clerk), "X/2026-00001", 1)) }
	must(t, x.Draft(by(clerk, org.Drafter), Draft{Kind: Notice, Content: hash("一")}))
	if publish() == "" {
		t.Error("a draft was published")
	}
	must(t, x.Submit(by(clerk), Town()))
	if s := asked(t, x.Sign(by(clerk, org.Secrecy, org.Signer), Review{Content: hash("一"), Answers: "nnnnn"})); !strings.Contains(s, "自己起草") {
		t.Errorf("the author signs: %q", s)
	}
	if s := asked(t, x.Sign(by(leader, org.Signer), Review{Content: hash("一"), Answers: "nnnnn"})); !strings.Contains(s, "您没有这个岗位") {
		t.Errorf("the leader signs the step of the office: %q", s)
	}
	for _, r := range []struct {
		Review
		want string
	}{{Review{Content: hash("二"), Answers: "nnnnn"}, "不是现在送审的文稿"}, {Review{Content: hash("一")}, "五个问题"}, {Review{Content: hash("一"), Answers: "nnnnn", Open: 2}, "2处标记"}, {Review{Content: hash("一"), Answers: "nnnnn", Stops: 1}, "密级"}} {
		if s := asked(t, x.Sign(by(office, org.Secrecy), r.Review)); !strings.Contains(s, r.want) {
			t.Errorf("%+v: %q, want %q", r.Review, s, r.want)
		}
	}
	must(t, x.Sign(by(office, org.Secrecy), Review{Content: hash("一"), Answers: "nnnnn"}))
	if publish() == "" {
		t.Error("published before the leader signed")
	}
	must(t, x.Sign(by(leader, org.Signer), Review{Content: hash("一")}), x.Publish(by(clerk), "X/2026-00001", 1))
	if x.Standing != Live || x.Number != "X/2026-00001" || x.Versions != 1 {
		t.Errorf("published: %+v", x)
	}
}

// A returned text loses its signatures.
func TestAMendedTextIsReadAgain(t *testing.T) {
	x := approved(t)
	must(t, x.SendBack(by(leader, org.Signer), "电话号码没有隐去"), x.Edit(by(clerk), Notice, hash("二")), x.Submit(by(clerk), Town()))
	if len(x.Signed) != 0 || x.Next() != 0 {
		t.Errorf("signatures of another text stand: %+v", x.Signed)
	}
	if s := asked(t, x.Publish(by(clerk), "X/2026-00001", 1)); s == "" {
		t.Error("published with signatures of another text")
	}
}

// The number and the instant of the first publication never change.
func TestNumberAndTimeOfPublicationStay(t *testing.T) {
	x := approved(t)
	must(t, x.Publish(by(clerk), "X/2026-00001", 1000))
	later := by(clerk)
	later.On = day.AddDays(3)
	later.Today = later.On
	must(t, x.Revise(later, Correcting, hash("二"), "附表第三行有误"), x.Submit(later, Town()),
		x.Sign(by(office, org.Secrecy), Review{Content: hash("二"), Answers: "nnnnn"}), x.Sign(by(leader, org.Head), Review{Content: hash("二")}))
	if s := asked(t, x.Edit(later, News, hash("二"))); s == "" {
		t.Error("a public item became one of another kind")
	}
	if x.Public != hash("一") {
		t.Error("the public text changed before the new one was published")
	}
	must(t, x.Publish(later, "X/2026-00009", 2000))
	if x.Number != "X/2026-00001" || x.PublishedAt != 1000 || x.Published != day || x.Changed != later.On || x.Versions != 2 {
		t.Errorf("number %s, at %d, on %v, changed %v, version %d", x.Number, x.PublishedAt, x.Published, x.Changed, x.Versions)
	}
}

// What the department said must not go out does not.
func TestTheSecrecyDepartmentHasTheWord(t *testing.T) {
	for _, a := range []Answer{MayNot, PartOnly} {
		x := &Item{}
		must(t, x.Draft(by(clerk), Draft{Kind: Document, Content: hash("一")}), x.Submit(by(clerk), Town()), x.AskSecrecy(by(office, org.Secrecy)))
		if s := asked(t, x.Sign(by(office, org.Secrecy), Review{Content: hash("一"), Answers: "?nnnn"})); s == "" {
			t.Error("signed while the department was asked")
		}
		must(t, x.SecrecyAnswered(by(office), a))
		if s := asked(t, x.Sign(by(office, org.Secrecy), Review{Content: hash("一"), Answers: "?nnnn"})); s == "" {
			t.Errorf("signed although it answered %s", a)
		}
		must(t, x.Withhold(by(office, org.Secrecy), Secret, day.AddDays(365)))
	}
}

// A revision that is under way ends with the withdrawal.
func TestWithdrawalEndsARevision(t *testing.T) {
	for name, do := range map[string]func(x *Item) error{
		"withdrawn": func(x *Item) error { return x.Withdraw(by(leader), "内容有误") },
		"removed":   func(x *Item) error { return x.Remove(by(leader), StateSecret) },
	} {
		x := approved(t)
		must(t, x.Publish(by(clerk), "X/2026-00001", 1), x.Revise(by(clerk), Changing, hash("二"), "内容更新"), do(x))
		if x.Open() || x.Can(act.ItemPublished) || x.Can(act.ItemEdited) {
			t.Errorf("%s: the revision goes on: %s", name, x.Where())
		}
		if name == "removed" && (x.Public != "" || x.Content != "") {
			t.Error("a hash of the removed text is left")
		}
	}
}

// An item read again of its acts is the item.
func TestReplay(t *testing.T) {
	x := approved(t)
	must(t, x.Publish(by(clerk), "X/2026-00001", 1), x.Abolish(by(leader), 7))
	y, err := Replay(x.Events())
	if err != nil || y.Number != x.Number || y.Standing != Live || y.Abolished != day || len(y.Fresh()) != 0 || len(y.Hands) != 1 {
		t.Fatalf("%+v, %v", y, err)
	}
	for i := range x.Events() {
		events := append(append([]act.Event(nil), x.Events()[:i]...), x.Events()[i+1:]...)
		if _, err := Replay(events); i < len(x.Events())-1 && !errors.Is(err, ErrFile) {
			t.Errorf("without act %d: %v", i+1, err)
		}
	}
}

func TestChainsAreWrittenAndRead(t *testing.T) {
	for _, c := range []Chain{Town(), Thrice()} {
		got, bad := ParseChain(c.Text())
		if bad != "" || got.Text() != c.Text() {
			t.Errorf("%q: %q %q", c.Text(), got.Text(), bad)
		}
	}
	for text, want := range map[string]string{"审核：审核": "保密审查", "审核 审核": "没有冒号", "审核：村长+保密": "不是岗位名称", "监督：纪委监督+保密": "岗位不能是"} {
		if _, bad := ParseChain(text); !strings.Contains(bad, want) {
			t.Errorf("%q: %q, want %q", text, bad, want)
		}
	}
	setting := "乡镇\n【工作动态】一审：审核、保密审查+保密"
	if c, bad := ChainOf(setting, News); bad != "" || len(c.Steps) != 1 {
		t.Errorf("news: %+v %q", c, bad)
	}
	if c, bad := ChainOf(setting, Notice); bad != "" || len(c.Steps) != 2 {
		t.Errorf("notice: %+v %q", c, bad)
	}
}
