package office

import "gongkai/web/page"

func (o *Office) peopleRoutes() []page.Route { return nil }
