package signin

import "gongkai/web/page"

func (s *SignIn) factorRoutes() []page.Route  { return nil }
func (s *SignIn) otherRoutes() []page.Route   { return nil }
func (s *SignIn) oidcRoutes() []page.Route    { return nil }
func (s *SignIn) gatewayRoutes() []page.Route { return nil }

type provider struct{ o OIDC }

func newProvider(o OIDC) (*provider, error) { return &provider{o}, nil }

// OIDC is single sign-on by OpenID Connect (统一身份认证).
type OIDC struct {
	Name   string // on the button, e.g. 省统一身份认证
	Strong bool   // the provider asks for a second factor itself
}

// Gateway is a sign-in by certificate (UKey).
type Gateway struct{ Name string }
