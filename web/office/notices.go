package office

import "gongkai/web/page"

func (o *Office) noticeRoutes() []page.Route { return nil }
