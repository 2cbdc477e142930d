package oversight

import (
	"fmt"
	"strings"
)

// LedgerSums are a year of one organ's registers: for the narrative of its
// report and for measures of assessment. Every figure counts what the organ did
// itself, its 内设机构 and 村 with it.
type LedgerSums struct {
	Year      int
	Voices    map[VoiceKind]VoiceSum
	Trainings TrainingSum
	Visits    VisitSum
	Checks    int                   // of equipment
	Equipment map[EquipmentKind]int // there at the end of the year
	Surveys   int                   // closed or running
	Answers   int                   // to these surveys
	Incidents map[IncidentKind]int
}

// A VoiceSum counts voices of a kind by the day they were received.
type VoiceSum struct {
	Received  int
	Answered  int // or declined
	OnTime    int // of these in time
	Declined  int
	Merged    int
	Open      int
	Late      int // open and past their day, or answered late
	Published int
	Proven    int // complaints found true, wholly or in part
	Rated     int
	Content   int // rated 4 or 5
}

// A TrainingSum counts sessions that were held.
type TrainingSum struct {
	Planned  int // in the plan of the year, also those held
	Sessions int // held
	Minutes  int
	Persons  int // 人次
	Tested   int
	Passed   int
}

// Hours are the hours of training with one decimal, e.g. 12 or 7.5.
func (s TrainingSum) Hours() string {
	tenths := (s.Minutes*10 + 30) / 60
	if tenths%10 == 0 {
		return fmt.Sprint(tenths / 10)
	}
	return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
}

// A VisitSum counts visits of reading points.
type VisitSum struct{ Points, Days, Persons, Items, Prints int }

// AllVoices adds the kinds up.
func (s LedgerSums) AllVoices() VoiceSum {
	var sum VoiceSum
	for _, v := range s.Voices {
		sum.Received += v.Received
		sum.Answered += v.Answered
		sum.OnTime += v.OnTime
		sum.Declined += v.Declined
		sum.Merged += v.Merged
		sum.Open += v.Open
		sum.Late += v.Late
		sum.Published += v.Published
		sum.Proven += v.Proven
		sum.Rated += v.Rated
		sum.Content += v.Content
	}
	return sum
}

// Sentences are the sums as an annual report says them, without what there was
// none of.
func (s LedgerSums) Sentences() []string {
	var out []string
	if t := s.Trainings; t.Sessions > 0 {
		out = append(out, fmt.Sprintf("全年举办政府信息公开培训%d次，共%s小时，参加%d人次。", t.Sessions, t.Hours(), t.Persons))
	}
	if v := s.Visits; v.Days > 0 {
		text := fmt.Sprintf("政府信息查阅点%d个，全年接待%d人次，提供查阅%d条", v.Points, v.Persons, v.Items)
		if v.Prints > 0 {
			text += fmt.Sprintf("，打印%d页", v.Prints)
		}
		out = append(out, text+"。")
	}
	if a := s.AllVoices(); a.Received > 0 {
		var kinds []string
		for _, r := range VoiceRules() {
			if n := s.Voices[r.Kind].Received; n > 0 {
				kinds = append(kinds, fmt.Sprintf("%s%d件", r.Name, n))
			}
		}
		text := fmt.Sprintf("收到公众投诉、意见和问政%d件（%s），已答复%d件", a.Received, strings.Join(kinds, "、"), a.Answered)
		if a.Published > 0 {
			text += fmt.Sprintf("，公开问答%d件", a.Published)
		}
		out = append(out, text+"。")
	}
	if s.Surveys > 0 {
		out = append(out, fmt.Sprintf("开展社会评议%d次，收回问卷%d份。", s.Surveys, s.Answers))
	}
	return out
}
