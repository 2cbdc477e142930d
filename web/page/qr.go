package page

import "html/template"

// QR draws an address as a QR code, for pages that have no layout around them.
// Text that does not fit gives nothing.
func QR(text string) template.HTML { return qrSVG(text) }
