package act

// The kinds of assessment 考核. Their body is a [Record].
const (
	SchemeSaved     = "scheme.saved"
	SchemePublished = "scheme.published"
	SchemeRetired   = "scheme.retired"
	ScoreOpened     = "score.opened"
	ScoreComputed   = "score.computed"
	ScoreBegun      = "score.begun"
	ScoreGiven      = "score.given"
	ScoreSelf       = "score.self"
	BonusAsked      = "score.bonus_asked"
	BonusDecided    = "score.bonus_decided"
	ScoreSubmitted  = "score.submitted"
	ScoreReturned   = "score.returned"
	ScoreReviewed   = "score.reviewed"
	ScoreAnnounced  = "score.announced"
	ScoreAppealed   = "score.appealed"
	AppealWithdrawn = "score.appeal_withdrawn"
	AppealDecided   = "score.appeal_decided"
	ScoreClosed     = "score.closed"
	ScoreDropped    = "score.dropped"
)

func scoreKinds() map[string]Kind {
	return map[string]Kind{
		SchemeSaved:     {1, "保存考核方案"},
		SchemePublished: {1, "发布考核方案"},
		SchemeRetired:   {1, "停用考核方案"},
		ScoreOpened:     {1, "开展一轮考核"},
		ScoreComputed:   {1, "考核取数"},
		ScoreBegun:      {1, "结束自评，开始评分"},
		ScoreGiven:      {1, "考核评分"},
		ScoreSelf:       {1, "考核自评"},
		BonusAsked:      {1, "申请考核加分"},
		BonusDecided:    {1, "核定考核加分"},
		ScoreSubmitted:  {1, "得分送复核"},
		ScoreReturned:   {1, "得分退回评分"},
		ScoreReviewed:   {1, "复核得分"},
		ScoreAnnounced:  {1, "公布得分"},
		ScoreAppealed:   {1, "对得分提出申诉"},
		AppealWithdrawn: {1, "撤回得分申诉"},
		AppealDecided:   {1, "办结得分申诉"},
		ScoreClosed:     {1, "考核定分"},
		ScoreDropped:    {1, "作废一轮考核"},
	}
}
