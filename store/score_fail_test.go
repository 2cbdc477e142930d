package store

import (
	"context"
	"errors"
	"testing"

	"gongkai/law"
	"gongkai/oversight"
)

// A measure that fails, halfway or by a panic, is a failure for every organ: what
// it found before does not count, and the indicator stays open.
func TestAMeasureThatFailsIsNeverScored(t *testing.T) {
	m := &measuring{span: oversight.RoundSpan(2026, oversight.PeriodQuarter, 1), today: law.Day(2026, 4, 8)}
	for name, end := range map[string]func() error{
		"error": func() error { return errors.New("disk I/O error") },
		"panic": func() error { panic("index out of range") },
	} {
		p := measureProvider{"task.ontime", func(_ context.Context, _ *measuring, each func(measured) error) error {
			if err := each(measured{organ: 1, n: 1, ok: true}); err != nil {
				return err
			}
			return end()
		}}
		facts := m.factsOf(t.Context(), p, []int64{1, 2})
		for _, organ := range []int64{1, 2} {
			f := facts[organ]
			if f.State != oversight.FactFailed || f.N != 0 || f.Note == "" {
				t.Errorf("%s: organ %d has %+v", name, organ, f)
			}
			i := oversight.Indicator{Kind: oversight.RatioOf, Max: 20 * oversight.Point, Rule: oversight.Rule{Full: 100, Least: 1}}
			if r := i.Reckon(&oversight.Mark{Facts: map[string]oversight.Fact{"": f}}, m.span); r.State != oversight.MarkOpen || r.Points != 0 {
				t.Errorf("%s: it was scored %s with %s", name, r.State, r.Points)
			}
		}
	}
}

// Whatever this program answers is a measure that is declared, once.
func TestEveryProviderAnswersADeclaredMeasure(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range measureProviders() {
		if _, ok := oversight.MeasureOf(p.name); !ok || seen[p.name] {
			t.Errorf("%s is not declared, or answered twice", p.name)
		}
		seen[p.name] = true
	}
	if len(seen) < 20 {
		t.Errorf("only %d measures are answered", len(seen))
	}
}
