package lead

import "gongkai/web/page"

func (l *Lead) planRoutes() []page.Route { return nil }
