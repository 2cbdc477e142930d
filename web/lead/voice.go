package lead

import "gongkai/web/page"

func (l *Lead) voiceRoutes() []page.Route { return nil }
