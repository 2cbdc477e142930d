package lead

import "gongkai/web/page"

func (l *Lead) ledgerRoutes() []page.Route { return nil }
