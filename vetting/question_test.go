package vetting

import "testing"

// There are five questions; every one says what yes means, where it comes from,
// and every kind that speaks of persons or papers bears on one.
func TestQuestions(t *testing.T) {
	qs := Questions()
	want := map[string]Answer{"secret": Never, "third": Consent, "internal": May, "personal": Partly, "work": Never}
	if len(qs) != 5 {
		t.Errorf("%d questions", len(qs))
	}
	bears := map[Kind]bool{}
	for _, q := range qs {
		if want[q.Code] != q.Yes {
			t.Errorf("%s: yes means %q", q.Code, q.Yes)
		}
		if q.Title == "" || q.Ask == "" || q.Help == "" || q.Means == "" || q.Cite.Empty() {
			t.Errorf("%s is not whole", q.Code)
		}
		for _, k := range q.Kinds {
			bears[k] = true
		}
	}
	for _, k := range []Kind{SecretMark, IDNumber, BankCard, Phone, Mail, Address, Minor, Health, InternalWord, Name, HiddenText} {
		if !bears[k] {
			t.Errorf("%s bears on no question", k)
		}
	}
	marks := Look([]Piece{{Field: "body", Text: "机密★"}, {Field: "body", Line: 1, Text: "13800000000"}}, nil, today)
	if got := qs[0].Bearing(marks); len(got) != 1 || got[0].Kind != SecretMark {
		t.Errorf("bearing on secrets: %v", got)
	}
	if got := qs[3].Bearing(marks); len(got) != 1 || got[0].Kind != Phone {
		t.Errorf("bearing on persons: %v", got)
	}
}

// A practice may show less than usual and never more than it may.
func TestPractice(t *testing.T) {
	look := func(p Practice) string {
		return PrepareWith(nil, today, p).Look([]Piece{{Field: "body", Text: "341599196205140038"}})[0].Masked
	}
	for want, p := range map[string]Practice{
		"341599********0038": {IDFront: 99, IDBack: 99},
		"******************": {},
		"3415************38": {IDFront: 4, IDBack: 2},
	} {
		if got := look(p); got != want {
			t.Errorf("%+v: %s, want %s", p, got, want)
		}
	}
}

// In a list that tells the age, less of the number stays: with the last four
// digits the day of birth could be worked out.
func TestListsThatTellTheAge(t *testing.T) {
	b := grid("姓名|年龄|身份证号", "吕大寒|64|341599196205140038")
	for _, m := range Look(Pieces("", "", bodyOf(b)), nil, today) {
		if m.Kind == IDNumber && m.Masked != "341599**********38" {
			t.Errorf("masked %s", m.Masked)
		}
	}
}

// Names are masked only when somebody asks for it.
func TestNamesOnRequest(t *testing.T) {
	b := bodyOf(grid("姓名|金额", "吕大寒|64", "欧阳小满|1", "无|2", "施*|3"))
	pieces := Pieces("", "", b)
	for _, m := range Maskable(Look(pieces, nil, today)) {
		t.Errorf("masked by the one key: %+v", m)
	}
	Mask(&b, Names(pieces))
	if got, want := b.Text(), "姓名\t金额\n吕**\t64\n欧***\t1\n无\t2\n施*\t3"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Captions, heads of two rows and rows of an attachment that are apart by tabs
// do not hide what a column is.
func TestColumnsAreKnown(t *testing.T) {
	caption := grid("补贴发放明细表", "姓名|账号", "吕大寒|98-0012560")
	caption.Rows[0].Cells[0].ColSpan = 2
	two := grid("村|户主情况|金额", "姓名|手机", "幸福村|吕大寒|13800000000|64")
	two.Rows[0].Cells[0].RowSpan, two.Rows[0].Cells[2].RowSpan, two.Rows[0].Cells[1].ColSpan = 2, 2, 2
	twice := grid("姓名|账号|姓名|账号", "吕大寒|98-0012560|施立春|98-0012561")
	for name, p := range map[string][]Piece{
		"caption": Pieces("", "", bodyOf(caption)), "two rows": Pieces("", "", bodyOf(two)), "two lists": Pieces("", "", bodyOf(twice)),
		"tabs": {{Field: "file:1", Text: "序号\t姓名\t账号"}, {Field: "file:1", Line: 1, Text: "1\t吕大寒\t98-0012560"}},
	} {
		n := 0
		for _, m := range Look(p, nil, today) {
			if m.Kind == BankCard || m.Kind == Phone {
				n++
				if name == "tabs" && (m.Line != 1 || m.From != 6 || m.Found != "98-0012560") {
					t.Errorf("%+v", m)
				}
			}
		}
		if want := map[string]int{"two lists": 2}[name]; n != max(want, 1) {
			t.Errorf("%s: %d numbers", name, n)
		}
	}
}
