package lead

import "gongkai/web/page"

func (l *Lead) dispatchRoutes() []page.Route { return nil }
