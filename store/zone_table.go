package store

import (
	"encoding/json"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/org"
)

// A zoneTable is a table of which the public site outside gets rows. Every
// column is named: what goes out with why it is public, and what stays inside,
// which goes out empty. A column that is not named here fails a test, so that a
// new one is placed on purpose.
type zoneTable struct {
	name    string
	from    string       // behind "select … from name x": joins, which rows, in which order
	columns []zoneColumn // in any order
	append  string       // column of a number that only grows; rows behind the last are new, none ever changes
}

// A zoneColumn goes out as it is, changed by fix, or, if it stays inside, empty.
type zoneColumn struct {
	name, why string
	inside    bool
	fix       func(v any) (any, error)
}

func out(why string, names ...string) (c []zoneColumn) {
	for _, n := range names {
		c = append(c, zoneColumn{name: n, why: why})
	}
	return c
}

func stays(why string, names ...string) []zoneColumn {
	c := out(why, names...)
	for i := range c {
		c[i].inside = true
	}
	return c
}

func fixed(name, why string, fix func(any) (any, error)) []zoneColumn {
	return []zoneColumn{{name: name, why: why, fix: fix}}
}

// zoneTables lists what goes out, each table after those it refers to.
func zoneTables() []zoneTable {
	settings := []string{org.CalendarNotice, org.RequestOnline, org.RequestEmail, org.RequestByFax, org.TownReportDay, org.SearchSynonyms}
	for _, b := range org.Blocks() {
		settings = append(settings, string(b))
	}
	return []zoneTable{
		{name: "organ", from: "order by x.path", columns: slices.Concat(
			out("names and place of an organ", "id", "code", "name", "short", "kind", "level", "parent", "path", "region", "valid_from", "valid_to", "search", "home", "line"),
			out("who has to publish a report", "filer"), out("order of changes", "version", "saved_at"))},
		{name: "organ_past", from: "order by x.organ, x.last_day",
			columns: out("what an organ was called before", "organ", "last_day", "first_day", "name", "short", "kind", "level", "parent", "line", "region")},
		{name: "office", from: "order by x.organ", columns: slices.Concat(
			out("指南: how to reach the office", "organ", "unit", "address", "postcode", "hours", "phone", "fax", "email", "web", "channels", "saved_at"),
			out("named by the guide, art. 12", "head"))},
		{name: "remedy", from: "order by x.id",
			columns: out("指南: where to go for review or to court", "id", "organ", "kind", "name", "address", "phone", "web", "basis", "valid_from", "valid_to")},
		{name: "setting", from: "where x.name in ('" + strings.Join(settings, "', '") + "') or x.name like 'site.%' order by x.organ, x.name",
			columns: out("what the public site shows and how to apply", "organ", "name", "value", "version")},
		{name: "filing_due", from: "order by x.office, x.year", columns: out("the day by which reports are out", "office", "year", "kind", "level", "day", "basis", "version")},
		{name: "report", from: "where x.published <> '' order by x.year, x.organ", columns: slices.Concat(
			out("a published report", "year", "organ", "version", "edition", "status", "received", "carried_in", "result_total", "carried_out", "review", "litigation", "published", "saved_at", "figures"),
			stays("what a checker found", "errors", "warnings"), stays("the file it was read from", "file_name", "file_hash"))},
		{name: "report_detail", from: "join report r on r.year = x.year and r.organ = x.organ where r.published <> '' order by x.year, x.organ",
			columns: slices.Concat(out("a published report", "year", "organ"), fixed("body", "prose, without what a checker found", withoutFindings))},
		{name: "report_version", from: "where x.published <> '' order by x.year, x.organ, x.version", columns: slices.Concat(
			out("a published version", "year", "organ", "version", "edition", "status", "published", "saved_at", "figures"),
			fixed("body", "prose, without what a checker found", withoutFindings),
			stays("what a checker found", "errors", "warnings"), stays("the file it was read from", "file_name", "file_hash"))},
		{name: "report_note", from: "join report r on r.year = x.year and r.organ = x.organ where r.published <> '' order by x.year, x.organ, x.version",
			columns: out("a correction as it was announced", "year", "organ", "version", "on_day", "note", "differences", "made_at")},
		{name: "item", from: "where x.standing <> '' order by x.id", columns: slices.Concat(
			out("an item as its page shows it", "id", "organ", "kind", "category", "field", "title", "doc_no", "search", "number", "standing", "made", "published", "published_at", "changed", "versions",
				"effective", "until", "period_from", "period_to", "abolished", "takedown", "five", "backfill", "policy"),
			out("opens the hash in the public log", "salt"), out("order of changes", "version", "saved_at"),
			stays("how far the desk is with it", "stage", "roles", "due", "limit_day", "release_at", "ground", "review_by"),
			stays("persons", "author", "hands"), stays("an applicant's request", "request"), stays("where it is kept", "archived", "volume"))},
		{name: "item_text", from: "join item i on i.id = x.item where x.n > 0 and i.standing in ('live', 'withdrawn', 'ended') order by x.item, x.n",
			columns: out("a published version, never the text in work", "item", "n", "hash", "content", "made_at")},
		{name: "act", from: "join item i on 'item/' || cast(i.id as text) = x.ref where i.standing = 'withdrawn' and x.kind = '" + act.ItemWithdrawn + "' order by x.id", columns: slices.Concat(
			out("which item", "id", "ref", "seq", "kind", "version", "on_day", "at"), fixed("detail", "the reason given publicly, and nothing else", onlyReason),
			stays("persons", "officer"), stays("the internal log", "organ", "entry", "salt", "hash", "idx"))},
		{name: "guide", from: "where x.signed <> '' order by x.organ, x.n", columns: slices.Concat(
			out("公开指南 as it was signed", "organ", "n", "body", "mark", "made", "signed", "version"), stays("persons and papers", "author", "signer", "paper"))},
		{name: "log_leaf", append: "idx", from: "where x.idx is not null", columns: slices.Concat(
			out("the public log", "id", "ref", "seq", "kind", "version", "at", "body", "hash", "idx"), stays("persons", "officer"))},
		{name: "log_hash", append: "pos", columns: out("the public log", "pos", "hash")},
		{name: "log_key", from: "order by x.seq", columns: out("public keys", "seq", "at", "note")},
		{name: "log_checkpoint", from: "where x.seq = (select max(seq) from log_checkpoint)", columns: out("the newest head of the public log", "seq", "size", "note", "at")},
		{name: "act_checkpoint", from: "where x.seq = (select max(seq) from act_checkpoint)", columns: out("the newest head of the internal log: how many acts, nothing of what they were", "seq", "size", "note", "at")},
		{name: "zone_taken", from: "order by x.id", columns: slices.Concat(
			out("the file may be erased", "id", "at"), stays("an applicant's request", "request", "version", "sealed_code"))},
		{name: "zone_answer", from: "order by x.mark", columns: out("readable only with the applicant's code", "mark", "body", "at")},
	}
}

// withoutFindings takes out of the detail of a report what checks said of it.
func withoutFindings(v any) (any, error) {
	b, _ := v.([]byte)
	return trimDetail(b)
}

// onlyReason leaves of the details of a withdrawal what the public is told.
func onlyReason(v any) (any, error) {
	s, _ := v.(string)
	if s == "" {
		return "", nil
	}
	d, err := act.ParseDetails([]byte(s))
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(struct {
		Reason string `json:"reason,omitempty"`
	}{d.Reason})
	return string(b), err
}
