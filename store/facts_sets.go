package store

import (
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/proactive"
)

// A factSet is rows of the year that facts count: the same words choose what is
// counted and what is listed behind the figure, so that the two cannot differ.
// t is the row, o its organ; words with a colon are those of factScope.query.
type factSet struct {
	name     string
	verb     org.Verb // who may see the rows
	from     string
	in       string // condition of the year
	ever     string // rows of any year that show that such things are kept here, without :mine
	always   bool   // or that the organ works with this program at all
	facts    []setFact
	families []setFamily
	key      string // names a row; "" where the rows are few
	day      string // of a row, for the list
	text     string
	link     string // page of the row
}

// A setFact is one figure of a set: how many rows fulfil a condition, or a sum.
type setFact struct {
	key   string
	cond  string // "" for all rows
	value string // "" to count; summed over the rows
	whole string // an expression over all rows instead
	mean  bool   // of no rows there is none
}

func (f setFact) sum() string {
	switch {
	case f.whole != "":
		return f.whole
	case f.value == "":
		f.value = "1"
	}
	if f.cond == "" {
		return "sum(" + f.value + ")"
	}
	return "sum(case when " + f.cond + " then " + f.value + " else 0 end)"
}

// rows is the condition on the rows that make the figure up.
func (f setFact) rows() string {
	var out []string
	if f.cond != "" {
		out = append(out, f.cond)
	}
	if f.value != "" {
		out = append(out, f.value+" <> 0")
	}
	return strings.Join(out, " and ")
}

// A setFamily divides a set by a column, whose values have members. rows is the
// condition on the rows of the member that the scope asks for, "" where only the
// values tell.
type setFamily struct {
	key     string
	column  string
	members func(c *factScope, value string) []familyMember
	rows    string
}

type familyMember struct{ id, name string }

// named is the one member of a value that has a name of its own.
func named[T ~string](name func(T) string) func(*factScope, string) []familyMember {
	return func(_ *factScope, value string) []familyMember {
		if n := name(T(value)); n != "" {
			return []familyMember{{value, n}}
		}
		return nil
	}
}

// yearOf is the condition that a day lies in the year.
func yearOf(column string) string { return column + " >= :from and " + column + " <= :to" }

func with(organ string) string { return organ + " t join organ o on o.id = t.organ" }

func everOf(table string) string { return with(table) + " where 1 = 1" }

// factSets are all sets, by the groups of the facts.
func factSets() []factSet {
	var out []factSet
	out = append(out, itemFacts()...)
	out = append(out, requestFacts()...)
	out = append(out, upkeepFacts()...)
	out = append(out, platformFacts()...)
	return append(out, secureFacts()...)
}

func itemFacts() []factSet {
	kind := func(list ...proactive.Kind) string {
		var in []string
		for _, k := range list {
			in = append(in, "'"+string(k)+"'")
		}
		return "t.kind in (" + strings.Join(in, ", ") + ")"
	}
	fives := func(_ *factScope, value string) []familyMember {
		var out []familyMember
		for f := range strings.SplitSeq(value, ",") {
			if f != "" {
				out = append(out, familyMember{f, f})
			}
		}
		return out
	}
	// Old stock is no work of the year; what was removed in emergency never was public.
	return []factSet{{name: "items", verb: org.SeeItems, from: with("item"), in: yearOf("t.published") + " and t.standing not in ('', 'removed') and t.backfill = 0", always: true,
		facts: []setFact{{key: "items.published"}, {key: "items.documents", cond: kind(proactive.Document, proactive.Normative, proactive.Rules)}, {key: "items.interpretations", cond: kind(proactive.Interpretation)},
			{key: "items.consultations", cond: kind(proactive.Consultation)}, {key: "items.proposals", cond: kind(proactive.Proposal)}, {key: "items.responses", cond: kind(proactive.Concern, proactive.Clarification)}},
		families: []setFamily{{"items.kind.*", "t.kind", named(proactive.Kind.Chinese), "t.kind = :member"}, {"items.category.*", "t.category", named(proactive.CategoryName), "t.category = :member"}, {"items.five.*", "t.five", fives, ""}},
		key:      "t.id", day: "t.published", text: "t.title", link: itemAt}}
}

// outcomeGroups are the groups of rows of table 三, by how their keys begin.
var outcomeGroups = []familyMember{{"granted", "予以公开"}, {"partial", "部分公开"}, {"deny", "不予公开"}, {"unable", "无法提供"}, {"reject", "不予处理"}, {"other", "其他处理"}}

// outcomeGroup is the group of a row, nil for one that counts nowhere.
func outcomeGroup(row string) *familyMember {
	for i, g := range outcomeGroups {
		if strings.HasPrefix(row, g.id) {
			return &outcomeGroups[i]
		}
	}
	return nil
}

func outcomeMember(c *factScope, value string) []familyMember {
	outcome, answer, _ := strings.Cut(value, " ")
	var day law.Date
	if day.UnmarshalText([]byte(answer)) != nil {
		return nil
	}
	if g := outcomeGroup(casework.RowOf(casework.Outcome(outcome), day, c.maps)); g != nil {
		return []familyMember{*g}
	}
	return nil
}

func requestFacts() []factSet {
	// The days are those of table 三; a file about the correction of records
	// counts in no year.
	set := func(name, in string, facts []setFact, families ...setFamily) factSet {
		return factSet{name: "requests " + name, verb: org.SeeRequests, from: with("request"), in: in + " and :counted", always: true, facts: facts, families: families,
			key: "t.id", day: "t.received", text: "t.number || ' ' || t.subject", link: "'/desk/requests/' || cast(t.id as text)"}
	}
	remedy := func(name, in string, facts ...setFact) factSet {
		return factSet{name: "remedies " + name, verb: org.SeeRequests, from: "request_remedy t join request r on r.id = t.request join organ o on o.id = t.organ", in: in + " and t.counted = 1", always: true, facts: facts,
			day: "t.begun", text: "r.number", link: "'/desk/requests/' || cast(t.request as text) || '/remedies/' || cast(t.n as text)"}
	}
	return []factSet{
		set("new", "t.new_in = :year", []setFact{{key: "requests.new"}},
			setFamily{"requests.applicant.*", "t.applicant", named(casework.Applicant.Chinese), "t.applicant = :member"}, setFamily{"requests.channel.*", "t.channel", named(deadline.Channel.Chinese), "t.channel = :member"}),
		set("carried in", "t.new_in > 0 and t.new_in < :year and (t.result_in = 0 or t.result_in >= :year)", []setFact{{key: "requests.carried_in"}}),
		set("answered", "t.new_in > 0 and t.new_in <= :year and t.result_in = :year", []setFact{{key: "requests.answered"}, {key: "requests.ontime", cond: "t.late = 0"}, {key: "requests.late", cond: "t.late <> 0"}, {key: "requests.extended", cond: "t.extended <> 0"},
			{key: "requests.days", whole: "(20 * cast(sum(t.days) as bigint) + count(*)) / nullif(2 * count(*), 0)", mean: true}},
			setFamily{"requests.outcome.*", "t.outcome || ' ' || t.answer", outcomeMember, ":outcomes"}),
		set("fees", "t.fen > 0 and t.result_in = :year", []setFact{{key: "fees.requests"}, {key: "fees.amount", value: "t.fen"}}),
		set("carried out", "t.new_in > 0 and t.new_in <= :year and (t.result_in = 0 or t.result_in > :year)", []setFact{{key: "requests.carried_out"}}),
		remedy("begun", yearOf("t.begun"), setFact{key: "remedies.reviews", cond: "t.kind = 'review'"}, setFact{key: "remedies.suits", cond: "t.kind <> 'review'"}),
		remedy("ended", yearOf("t.ended"), setFact{key: "remedies.corrected", cond: "t.ending in (:correcting)"}),
		{name: "turns", verb: org.SeeRequests, from: "request_turn t join request r on r.id = t.request join organ o on o.id = t.organ", in: yearOf("t.decided") + " and t.decision in ('open', 'part')", always: true,
			facts: []setFact{{key: "requests.turned"}}, day: "t.decided", text: "r.number || ' ' || r.subject", link: "'/desk/requests/' || cast(t.request as text)"},
	}
}

// titled is the title of item t, of which nothing is said once it was removed.
const titled = "case when t.title = '' then '（已紧急撤下的信息）' else t.title end"

const (
	itemAt  = "'/desk/items/' || cast(t.id as text)"
	guideAt = "'/desk/guide?organ=' || cast(t.organ as text)" // the desk's page of the guide
)

// upkeepFacts are about what became of what was public 政府信息管理.
func upkeepFacts() []factSet {
	return []factSet{
		// The public log has every change; the item only the day of the last.
		{name: "changes", verb: org.SeeItems, from: "item t join log_leaf l on l.ref = 'item/' || t.number join organ o on o.id = t.organ", always: true,
			in:    "t.changed <> '' and l.kind in ('" + act.DisclosureChanged + "', '" + act.DisclosureCorrected + "') and l.at >= :start and l.at < :end",
			facts: []setFact{{key: "items.changed", cond: "l.kind = '" + act.DisclosureChanged + "'"}, {key: "items.corrected", cond: "l.kind = '" + act.DisclosureCorrected + "'"}}, day: "t.changed", text: titled, link: itemAt},
		{name: "withdrawals", verb: org.SeeItems, from: with("item"), in: yearOf("t.takedown") + " and t.standing = 'withdrawn'", always: true, facts: []setFact{{key: "items.withdrawn"}}, day: "t.takedown", text: titled, link: itemAt},
		{name: "abolitions", verb: org.SeeItems, from: with("item"), in: yearOf("t.abolished"), always: true, facts: []setFact{{key: "items.abolished"}}, day: "t.abolished", text: titled, link: itemAt},
		{name: "reviews again", verb: org.SeeItems, from: "act a join item t on t.id = cast(substr(a.ref, 12) as bigint) join organ o on o.id = t.organ", in: "a.kind = '" + act.ItemReReviewed + "' and " + yearOf("a.on_day"), always: true,
			facts: []setFact{{key: "reviews.again"}}, day: "a.on_day", text: titled, link: itemAt},
		{name: "submissions", verb: org.SeeItems, from: with("submission"), in: yearOf("t.settled") + " and t.state = 'accepted'", ever: everOf("submission"), facts: []setFact{{key: "submissions.received"}},
			day: "t.settled", text: "t.number || ' ' || t.title", link: "'/desk/submissions/' || cast(t.id as text)"},
		{name: "cleanups", verb: org.SeeItems, from: with("cleanup"), in: yearOf("t.closed"), ever: everOf("cleanup"), facts: []setFact{{key: "cleanups.closed"}},
			day: "t.closed", text: "t.title", link: "'/desk/cleanups/' || cast(t.id as text)"},
		{name: "guides", verb: org.SeeItems, from: with("guide"), in: yearOf("t.signed"), ever: everOf("guide"), facts: []setFact{{key: "guides.signed"}},
			day: "t.signed", text: "'公开指南第' || cast(t.n as text) || '版'", link: guideAt},
		{name: "catalogues", verb: org.SeeItems, from: with("catalogue_edition"), in: yearOf("t.on_day"), ever: everOf("catalogue_edition"), facts: []setFact{{key: "catalogues.issued"}},
			day: "t.on_day", text: "'公开目录第' || cast(t.n as text) || '版'", link: "'/desk/catalogue?organ=' || cast(t.organ as text)"},
		{name: "archive", verb: org.SeeItems, from: with("item"), in: yearOf("t.archived") + " and t.standing <> 'removed'", ever: with("item") + " where t.archived <> ''", facts: []setFact{{key: "items.archived"}},
			day: "t.archived", text: "t.title", link: itemAt},
	}
}

// platformFacts are about where the public reads 平台建设.
func platformFacts() []factSet {
	outlet := func(k string) string { return "t.kind = '" + k + "'" }
	const media = "t.kind in ('wechat', 'video', 'feature')"
	const equipment = "equipment e on e.id = t.equipment join organ o on o.id = e.organ"
	equipped := func(_ *factScope, value string) []familyMember { // 加密计算机 are nobody's business outside
		if k := oversight.EquipmentKind(value); k != oversight.Cipher && k != oversight.OtherThing && k.Chinese() != "" {
			return []familyMember{{value, k.Chinese()}}
		}
		return nil
	}
	return []factSet{
		{name: "outlets", verb: org.SeeItems, from: with("outlet"), in: "(t.since = '' or t.since <= :to) and (t.until = '' or t.until > :to)", ever: everOf("outlet"),
			facts:    []setFact{{key: "outlets.boards", cond: outlet("board")}, {key: "outlets.screens", cond: outlet("screen")}, {key: "outlets.media", cond: media}},
			families: []setFamily{{"outlets.kind.*", "t.kind", named(proactive.OutletKind.Chinese), "t.kind = :member"}}, day: "t.since", text: "t.name", link: "'/desk/outlets/' || cast(t.id as text)"},
		{name: "postings", verb: org.SeeItems, from: "(select p.id, p.organ, p.day, p.title, p.item, u.kind, u.name from posting p join outlet u on u.id = p.outlet where p.side = '') t join organ o on o.id = t.organ left join item i on i.id = t.item",
			in: yearOf("t.day"), ever: everOf("outlet"), facts: []setFact{{key: "postings.media", cond: media}, {key: "postings.boards", cond: outlet("board")}, {key: "postings.speakers", cond: outlet("speaker")}},
			day: "t.day", text: "t.name || '：' || (case when t.item = 0 then t.title when coalesce(i.title, '') = '' then '（已紧急撤下的信息）' else i.title end)", link: "'/desk/postings/' || cast(t.id as text)"},
		{name: "places", verb: org.SeeLedgers, from: with("equipment"), in: "(t.since = '' or t.since <= :to) and (t.until_day = '' or t.until_day > :to)", ever: everOf("equipment"),
			facts: []setFact{{key: "places.points", cond: "t.kind = 'point'"}}, families: []setFamily{{"equipment.kind.*", "t.kind", equipped, "t.kind = :member"}}, day: "t.since", text: "t.name", link: "'/desk/equipment/' || cast(t.id as text)"},
		{name: "visits", verb: org.SeeLedgers, from: "place_visit t join " + equipment, in: yearOf("t.day"), ever: with("equipment") + " where t.kind in ('point', 'terminal', 'room')",
			facts: []setFact{{key: "visits.persons", value: "t.persons"}, {key: "visits.items", value: "t.items"}, {key: "visits.prints", value: "t.prints"}},
			day:   "t.day", text: "e.name || '：' || cast(t.persons as text) || '人次，查阅' || cast(t.items as text) || '条，打印' || cast(t.prints as text) || '页'", link: "'/desk/equipment/' || cast(e.id as text)"},
		{name: "checks", verb: org.SeeLedgers, from: "equipment_check t join " + equipment, in: yearOf("t.day"), ever: everOf("equipment"), facts: []setFact{{key: "equipment.checks"}},
			day: "t.day", text: "e.name || '：' || t.result", link: "'/desk/equipment/' || cast(e.id as text)"},
		{name: "copies", verb: org.SeeItems, from: with("guide_copy"), in: yearOf("t.day"), ever: everOf("guide_copy"), facts: []setFact{{key: "guides.copies", value: "t.copies"}, {key: "guides.receivers", whole: "count(distinct t.receiver)"}},
			day: "t.day", text: "t.receiver || '：' || t.what || ' ' || cast(t.copies as text) || '份'", link: "'/desk/copies'"},
	}
}

// secureFacts are about who sees to it 监督保障.
func secureFacts() []factSet {
	return []factSet{
		{name: "meetings", verb: org.SeeOrgan, from: with("meeting"), in: yearOf("t.on_day"), ever: everOf("meeting"), facts: []setFact{{key: "meetings.held"}},
			day: "t.on_day", text: "t.topics", link: "'/desk/organs/' || cast(t.organ as text) || '/meetings/' || cast(t.id as text)"},
		{name: "trainings", verb: org.SeeLedgers, from: "training t join organ o on o.id = t.organ left join (select training, sum(case when signed_at > 0 then 1 else 0 end) as signed from training_person group by training) p on p.training = t.id",
			in: yearOf("t.held") + " and t.state = 'held'", ever: everOf("training"), facts: []setFact{{key: "trainings.sessions"}, {key: "trainings.hours", whole: "(10 * cast(sum(t.minutes) as bigint) + 30) / 60"}, {key: "trainings.persons", value: "(t.outside + coalesce(p.signed, 0))"}},
			day: "t.held", text: "t.title", link: "'/desk/trainings/' || cast(t.id as text)"},
		{name: "voices", verb: org.SeeVoices, from: with("voice"), in: yearOf("t.received"), ever: everOf("voice"),
			facts:    []setFact{{key: "voices.received"}, {key: "voices.answered", cond: "t.state in ('answered', 'declined')"}, {key: "voices.ontime", cond: "t.state in ('answered', 'declined') and t.ended <= t.due"}},
			families: []setFamily{{"voices.kind.*", "t.kind", named(oversight.VoiceKind.Chinese), "t.kind = :member"}}, day: "t.received", text: "t.number", link: "'/desk/voices/' || cast(t.id as text)"},
		{name: "surveys", verb: org.SeeLedgers, from: with("survey"), in: "t.year = :year and t.state <> 'draft'", ever: everOf("survey"),
			facts: []setFact{{key: "surveys.held"}, {key: "surveys.answers", value: "(select count(*) from survey_answer a where a.survey = t.id)"}}, day: "t.opens", text: "t.title", link: "'/desk/surveys/' || cast(t.id as text)"},
		{name: "orders given", verb: org.SeePlans, from: with("rectification"), in: yearOf("t.given_on") + " and t.state <> 'cancelled'", ever: everOf("rectification"), facts: []setFact{{key: "orders.given"}},
			day: "t.given_on", text: "t.title", link: "'/desk/orders/' || cast(t.id as text)"},
		{name: "orders finished", verb: org.SeePlans, from: with("rectification"), in: yearOf("t.ended_on") + " and t.state = 'accepted'", ever: everOf("rectification"), facts: []setFact{{key: "orders.finished"}},
			day: "t.ended_on", text: "t.title", link: "'/desk/orders/' || cast(t.id as text)"},
		{name: "accountability", verb: org.SeePlans, from: with("accountability"), in: yearOf("t.on_day"), always: true, facts: []setFact{{key: "accountability.kept"}},
			day: "t.on_day", text: "t.document", link: "'/desk/accountability'"},
	}
}
