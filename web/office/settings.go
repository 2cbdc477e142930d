package office

import "gongkai/web/page"

func (o *Office) settingRoutes() []page.Route { return nil }
