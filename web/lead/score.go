package lead

import "gongkai/web/page"

func (l *Lead) scoreRoutes() []page.Route { return nil }
