package sample

import (
	"testing"

	"gongkai/law"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
)

// Some towns and bureaus have not come to the end of their January: each stands
// somewhere else on the way.
func TestJanuaryIsGoingOn(t *testing.T) {
	st, day := empty(t)
	if day.Year-1 > LastYear || day.Year-1 < FirstYear {
		day = law.Day(LastYear+1, 2, 1)
	}
	if err := Load(t.Context(), st, day); err != nil {
		t.Fatal(err)
	}
	if err := LoadPeople(t.Context(), st, day); err != nil {
		t.Fatal(err)
	}
	organs, err := st.Organs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*store.FilingFile{}
	for _, o := range organs {
		if !onItsWay(o.ShortName()) {
			continue
		}
		f, err := st.Filing(t.Context(), org.Program("测试"), o.ID, day.Year-1)
		if err != nil {
			t.Fatal(err)
		}
		files[o.ShortName()] = f
	}
	for short, want := range map[string]reporting.FilingState{"双河镇": reporting.FilingChecked, "石桥镇": reporting.FilingSubmitted, "白鹿镇": reporting.FilingAccepted, "柳溪镇": reporting.FilingSubmitted, "松坪镇": reporting.FilingDraft} {
		if f := files[short]; f == nil || f.State != want || f.Report == nil {
			t.Errorf("%s stands at %+v, want %s", short, f, want)
		}
	}
	if f := files["县人力资源和社会保障局"]; f.Report != nil || f.Version != 0 {
		t.Error("who has not begun has begun")
	}
	if n := len(reporting.Unconfirmed(files["松坪镇"].Report)); n < 5 || len(files["松坪镇"].Report.Undecided) == 0 {
		t.Errorf("the spoilt file leaves %d cells to confirm, undecided %+v", n, files["松坪镇"].Report.Undecided)
	}
	if m := files["柳溪镇"].Marks; len(m) != 2 || !m[0].Settled || m[1].Settled {
		t.Errorf("the marks of the one that came back: %+v", m)
	}
	if files["石桥镇"].Late(day) == 0 && day.After(law.Day(day.Year, 1, 20)) {
		t.Error("nobody is late")
	}
}
