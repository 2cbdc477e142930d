package office

import "gongkai/web/page"

func (o *Office) organRoutes() []page.Route { return nil }
