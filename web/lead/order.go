package lead

import "gongkai/web/page"

func (l *Lead) orderRoutes() []page.Route { return nil }
