// Package vetting looks at a text before it goes out and marks what a reviewer
// must look at (公开前审查): numbers, addresses and names of persons, minors and
// health, marks of secrecy (密级标志) and of papers that are to stay inside, words
// of dated lists, misprints. It decides nothing but one thing: a text with a mark
// of secrecy cannot be signed off as it is. Everything else is for a person to
// answer, and the five questions ([Questions]) are what he answers.
//
// A text is given as pieces and answered with marks; the rules are values, so a
// test can walk them. Work grows with the length of the text and no faster,
// whatever the text is.
package vetting

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"gongkai/law"
	"gongkai/rich"
)

// Kind is what was found.
type Kind string

// The kinds, the more serious first: where two overlap the first one stands.
const (
	SecretMark   Kind = "secret"   // 密级标志
	IDNumber     Kind = "id"       // 身份证号
	BankCard     Kind = "card"     // 银行卡号
	Phone        Kind = "phone"    // 手机和固定电话
	Mail         Kind = "mail"     // 个人邮箱
	Address      Kind = "address"  // 家庭住址
	Minor        Kind = "minor"    // 未成年人
	Health       Kind = "health"   // 健康状况
	InternalWord Kind = "internal" // 内部字样
	ListWord     Kind = "list"     // 词表
	Misprint     Kind = "misprint" // 常见错别字
	HiddenText   Kind = "hidden"   // 看不见的字符
	Name         Kind = "name"     // 姓名列
	Unread       Kind = "unread"   // 没有检查的部分
)

var order = []struct {
	kind    Kind
	chinese string
}{
	{SecretMark, "密级标志"}, {IDNumber, "身份证号"}, {BankCard, "银行卡号"}, {Phone, "电话号码"}, {Mail, "个人邮箱"}, {Address, "家庭住址"},
	{Minor, "未成年人"}, {Health, "健康状况"}, {InternalWord, "内部字样"}, {ListWord, "词表"}, {Misprint, "错别字"}, {HiddenText, "看不见的字符"},
	{Name, "姓名列"}, {Unread, "没有检查的部分"},
}

// Kinds lists the kinds, the more serious first.
func Kinds() []Kind {
	var out []Kind
	for _, o := range order {
		out = append(out, o.kind)
	}
	return out
}

// Chinese is the kind as a reviewer reads it.
func (k Kind) Chinese() string {
	for _, o := range order {
		if o.kind == k {
			return o.chinese
		}
	}
	return string(k)
}

// rank is the place of a kind in the order, from 0.
func (k Kind) rank() int {
	for i := range order {
		if order[i].kind == k {
			return i
		}
	}
	return len(order)
}

// A Piece is what a person reads in one go: a title, a paragraph, a cell.
type Piece struct {
	Field  string // title, summary, body, or file:<id> of an attachment
	Line   int    // index as in rich.Body.Lines, or line of the attachment's text
	Text   string // cells of a row of an attachment are apart by tabs
	Column string // label over a cell of a table
}

// A Mark is one place to look at.
type Mark struct {
	Field    string
	Line     int
	From, To int // runes of the line
	Kind     Kind
	Found    string
	Masked   string // what to put in its place; "" where masking is no answer
	Why      string // what it is and what to do, in Chinese
	Cite     law.Cite
	Stops    bool   // cannot be signed off as it is
	Suggest  string // of a misprint or a word of a list: the right words
}

// Key names the mark in a text that has not changed, so that what a reviewer
// decided of it holds when the text is looked at again. It keeps 20 bits of what
// was found: enough to tell whether it is the same, too few to lead back to a
// number. It belongs beside the review, not into the public log.
func (m Mark) Key() string {
	sum := sha256.Sum256([]byte(m.Field + "\x00" + strconv.Itoa(m.Line) + "\x00" + string(m.Kind) + "\x00" + m.Found))
	return m.Field + ":" + strconv.Itoa(m.Line) + ":" + string(m.Kind) + ":" + hex.EncodeToString(sum[:3])[:5]
}

// Limits of a look. What lies beyond is named by a mark of kind Unread.
const (
	MaxRunes = 4_000_000 // of all pieces together: a body and its attachments
	MaxMarks = 60_000    // more than a table has cells
)

// Look marks what a reviewer must look at, in reading order and without overlap.
// Lists that are not in force on the day are left aside.
func Look(pieces []Piece, lists []List, on law.Date) []Mark {
	return Prepare(lists, on).Look(pieces)
}

// A Checker is the rules with the lists of a day, ready to look at many texts;
// several may look at once.
type Checker struct {
	on       law.Date
	practice Practice
	words    lexicon
	leaders  map[string]*leader
	allowed  map[string]bool // numbers and addresses that may stand
}

// Prepare makes a Checker with the usual way of masking.
func Prepare(lists []List, on law.Date) *Checker { return PrepareWith(lists, on, Usual) }

// PrepareWith makes a Checker that masks by another practice.
func PrepareWith(lists []List, on law.Date, p Practice) *Checker {
	c := &Checker{on: on, practice: p.bounded(), leaders: map[string]*leader{}, allowed: map[string]bool{}}
	c.addRules()
	for _, l := range lists {
		if l.InForce(on) {
			c.addList(l)
		}
	}
	c.words.sort()
	return c
}

// Look is the function Look with the checker's lists and day.
func (c *Checker) Look(pieces []Piece) []Mark {
	s := &scan{c: c, pieces: pieces}
	s.split()
	s.found = make([][]Mark, len(s.units))
	s.budget = 500_000 // and twice as many as there are characters
	for i := range s.units {
		s.budget += 2 * len(s.units[i].text)
	}
	for i := range s.units {
		s.fold(i)
		s.cell(i)
		s.numbers(i)
		s.match(i)
		s.signs(i)
		s.units[i].flat, s.units[i].at = nil, nil
	}
	s.pairs()
	return s.answer()
}

// scan is one look.
type scan struct {
	c        *Checker
	pieces   []Piece
	units    []unit
	found    [][]Mark // of each unit, places as runes of the unit
	budget   int      // comparisons with words of lists that may still be made
	children bool     // the title speaks of children or pupils
	// what a field has often: commas of half width, characters that are not seen
	halves, blinds often
	noted          int  // marks before those that overlap are taken out
	full           bool // more than are kept
	cut            int  // the piece from which nothing was looked at, or len(pieces)
}

// add notes a mark of a unit; from and to are runes of the unit.
func (s *scan) add(i, from, to int, m Mark) {
	u := &s.units[i]
	if from < 0 || to > len(u.text) || from >= to {
		return
	}
	if s.noted++; s.noted > 2*MaxMarks {
		s.full = true
		return
	}
	m.From, m.To, m.Found = from, to, string(u.text[from:to])
	s.found[i] = append(s.found[i], m)
}

// answer puts the marks in order.
func (s *scan) answer() []Mark {
	var out []Mark
	full := s.full
	for i, marks := range s.found {
		u := &s.units[i]
		p := s.pieces[u.piece]
		for _, m := range apart(marks, len(u.text)) {
			if len(out) >= MaxMarks {
				full = true
				break
			}
			m.Field, m.Line, m.From, m.To = p.Field, p.Line, m.From+u.shift, m.To+u.shift
			m.Found = string(u.text[m.From-u.shift : m.To-u.shift])
			out = append(out, m)
		}
	}
	return append(out, s.unread(full)...)
}

// unread says what was not looked at.
func (s *scan) unread(full bool) []Mark {
	at, why := -1, ""
	switch {
	case s.cut < len(s.pieces):
		at, why = s.cut, "文字太多，从这里起没有检查。请拆成几个文件，或者逐页人工审查。"
	case full:
		at, why = s.units[len(s.units)-1].piece, "需要看的地方太多，后面的没有列出。请先处理已列出的，再检查一次。"
	case s.budget <= 0:
		at, why = s.units[len(s.units)-1].piece, "词表中相似的词太多，没有全部比对。请精简词表，再检查一次。"
	default:
		return nil
	}
	p := s.pieces[at]
	return []Mark{{Field: p.Field, Line: p.Line, Kind: Unread, Why: why, Cite: citeReview}}
}

// Pieces takes an item apart: what stands in a cell knows the label over it,
// also under a caption that fills the first row and under a head of two rows.
func Pieces(title, summary string, body rich.Body) []Piece {
	out := []Piece{{Field: "title", Text: title}}
	if summary != "" {
		out = append(out, Piece{Field: "summary", Text: summary})
	}
	lines := body.Lines()
	for i := 0; i < len(lines); {
		l := lines[i]
		if l.Row < 0 {
			out = append(out, Piece{Field: "body", Line: i, Text: l.Text})
			i++
			continue
		}
		heads := labels(body.Blocks[l.Block])
		for ; i < len(lines) && lines[i].Block == l.Block; i++ {
			p := Piece{Field: "body", Line: i, Text: lines[i].Text}
			if r := lines[i].Row; r >= 0 {
				p.Column = heads[r][lines[i].Cell]
			}
			out = append(out, p)
		}
	}
	return out
}
