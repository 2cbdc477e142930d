package site

import (
	"context"

	"gongkai/org"
	"gongkai/web/page"
)

// owner is who runs the site, as the settings of the instance say. Where they
// cannot be read the foot stays empty: no page fails for it.
func (s *Site) owner(ctx context.Context) page.Owner {
	var o page.Owner
	list, err := s.store.Settings(ctx, 0)
	if err != nil {
		return o
	}
	to := map[string]*string{org.SiteName: &o.Name, org.SiteHost: &o.Host, org.SiteMaker: &o.Maker, org.SiteDomain: &o.Domain, org.SiteCode: &o.Code, org.SiteICP: &o.ICP, org.SitePolice: &o.Police, org.SitePhone: &o.Phone}
	for _, x := range list {
		if p := to[x.Name]; p != nil {
			*p = x.Value
		}
	}
	return o
}
