package html

import "golang.org/x/net/html/atom"

// textual reports elements of which only the visibility matters; they are most
// of what Word writes.
func textual(t atom.Atom) bool {
	switch t {
	case atom.P, atom.Span, atom.Font, atom.B, atom.Strong, atom.I, atom.Em, atom.U, atom.A, atom.Tr, atom.Tbody, atom.Br:
		return true
	}
	return false
}

func void(t atom.Atom) bool {
	switch t {
	case atom.Br, atom.Img, atom.Hr, atom.Input, atom.Link, atom.Col, atom.Wbr, atom.Area, atom.Base,
		atom.Source, atom.Embed, atom.Param, atom.Track, atom.Bgsound, atom.Frame:
		return true
	}
	return false
}

// block reports elements that begin a new paragraph.
func block(t atom.Atom) bool {
	switch t {
	case atom.P, atom.Div, atom.Table, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Section, atom.Article, atom.Main,
		atom.Header, atom.Footer, atom.Nav, atom.Aside, atom.Blockquote, atom.Pre, atom.Form,
		atom.Fieldset, atom.Center, atom.Address, atom.Figure, atom.Figcaption, atom.Hr, atom.Caption,
		atom.Tr, atom.Tbody, atom.Thead, atom.Tfoot, atom.Details, atom.Summary:
		return true
	}
	return false
}

// skipped reports elements whose content nobody reads.
func skipped(t atom.Atom) bool {
	switch t {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Select, atom.Button, atom.Textarea,
		atom.Iframe, atom.Object, atom.Applet, atom.Svg, atom.Math, atom.Canvas, atom.Video, atom.Audio,
		atom.Map, atom.Frameset, atom.Noframes, atom.Option, atom.Datalist:
		return true
	}
	return false
}
