package org

import "strings"

// MaskPhone hides the middle of a telephone number: 138****0001.
func MaskPhone(s string) string {
	r := []rune(s)
	switch n := len(r); {
	case n == 0:
		return ""
	case n >= 11:
		return string(r[:3]) + strings.Repeat("*", n-7) + string(r[n-4:])
	default:
		return strings.Repeat("*", max(n-2, 3)) + string(r[max(n-2, 0):])
	}
}

// MaskEmail hides all but the first letter of a mail address before its host.
func MaskEmail(s string) string {
	name, host, ok := strings.Cut(s, "@")
	if !ok || name == "" {
		return strings.Repeat("*", min(len([]rune(s)), 3))
	}
	return string([]rune(name)[:1]) + "***@" + host
}
