package main

import (
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

// keptPrefixes are the addresses of what kept puts into a town.
var keptPrefixes = []string{"/desk/voices/{id}", "/desk/trainings/{id}", "/desk/equipment/{id}", "/desk/incidents/{id}", "/desk/surveys/{id}"}

// kept puts something into every register of a town: complaints, training,
// equipment, incidents, surveys.
func (p *whole) kept(t *testing.T, town org.Organ, id func(store.Done, error) string) map[string]string {
	t.Helper()
	by, ctx, day := store.By{Viewer: org.Program("测试")}, t.Context(), p.cfg.Today()
	voice := id(p.store.EnterVoice(ctx, by, oversight.Voice{Kind: oversight.Question, Channel: oversight.ByPhone, Entry: town.ID, Organ: town.ID, Received: day,
		Content: oversight.VoiceContent{Name: secrets[3], Phone: secrets[0], Title: secrets[1], Text: secrets[2] + "的具体情况"}}))
	training := id(p.store.SaveTraining(ctx, by, oversight.Training{Organ: town.ID, Year: day.Year, Title: secrets[1]}))
	equipment := id(p.store.SaveEquipment(ctx, by, oversight.Equipment{Organ: town.ID, Kind: oversight.ReadingPoint, Name: secrets[1], Place: secrets[2], State: oversight.InUse}))
	incident := id(p.store.ReportIncident(ctx, by, oversight.Incident{Organ: town.ID, Kind: oversight.Leak, Secrecy: true, Found: day, Content: oversight.IncidentContent{Title: secrets[1], What: secrets[2]}}))
	survey := id(p.store.SaveSurvey(ctx, by, oversight.Survey{Organ: town.ID, Title: secrets[1], Questions: []oversight.SurveyQuestion{{Kind: oversight.Written, Text: secrets[2]}}, Opens: day, Closes: day.AddDays(9), Web: true, Paper: true}))
	id(p.store.WithTraining(ctx, by, parsed(t, training), 1, act.TrainingSaved, func(x *oversight.Training, _ law.Date, _ int64) error {
		return x.Summon([]oversight.Trainee{{Name: secrets[3]}})
	}))
	return map[string]string{keptPrefixes[0]: voice, keptPrefixes[1]: training, keptPrefixes[2]: equipment, keptPrefixes[3]: incident, keptPrefixes[4]: survey}
}

func parsed(t *testing.T, s string) int64 {
	t.Helper()
	var n int64
	for _, r := range s {
		if r < '0' || r > '9' {
			t.Fatalf("%q is no id", s)
		}
		n = 10*n + int64(r-'0')
	}
	return n
}
