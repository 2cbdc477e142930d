package items

import (
	"net/http"

	"gongkai/law/calendar"
	"gongkai/proactive"
	"gongkai/store"
)

func (t *Items) decisionAction(_ *http.Request, _ *store.ItemFile, _ adding) {}

var decisionDoing = doing{done: "saved", run: func(_ *sent, _ *store.ItemFile, _ proactive.Doing, _ *calendar.Calendar) error { return nil }}
