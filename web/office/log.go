package office

import "gongkai/web/page"

func (o *Office) logRoutes() []page.Route { return nil }
