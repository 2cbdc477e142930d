package lead

import (
	"testing"
)

func TestScoreTemplatesFitTheirPages(t *testing.T) {
	for name, err := range map[string]error{
		"scores": scoresTemplate.Check(scoresPage{}), "new": roundFormTemplate.Check(roundFormPage{}), "round": roundTemplate.Check(roundPage{}), "sheet": scoreSheetTemplate.Check(scoreSheetPage{}),
		"item": scoreItemTemplate.Check(scoreItemPage{}), "evidence": scoreEvidenceTemplate.Check(scoreEvidencePage{}), "appeals": scoreAppealsTemplate.Check(scoreAppealsPage{}),
		"appeal": scoreAppealTemplate.Check(scoreAppealPage{}), "year": scoreYearTemplate.Check(scoreYearPage{}), "measures": scoreMeasuresTemplate.Check(scoreMeasuresPage{}),
		"schemes": schemesTemplate.Check(schemesPage{}), "scheme": schemeTemplate.Check(schemePage{}), "head": schemeHeadTemplate.Check(schemeHeadPage{}), "scheme item": schemeItemTemplate.Check(schemeItemPage{}),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
