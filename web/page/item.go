package page

import (
	"net/url"
	"strconv"
	"strings"
)

// Addresses of a published item. Its index number 索引号 stands in them with its
// slashes, because that is how people quote it.

// ItemHref is the page of an item.
func ItemHref(number string) string { return "/item/" + numberPath(number) }

// ItemVersionHref is the page of an earlier version.
func ItemVersionHref(number string, n int) string {
	return ItemHref(number) + "?version=" + strconv.Itoa(n)
}

// ItemDiffHref shows what a version changed in the one before.
func ItemDiffHref(number string, n int) string {
	return ItemHref(number) + "?changes=" + strconv.Itoa(n)
}

// ItemFileHref is an attachment or a picture of an item.
func ItemFileHref(number string, file int64) string {
	return "/item-file/" + strconv.FormatInt(file, 10) + "/" + numberPath(number)
}

// ItemDataHref is the item as a file: json, docx or pdf.
func ItemDataHref(number, ext string) string { return "/item-data/" + numberPath(number) + "." + ext }

// ItemProofHref is the receipt of the item in the public log.
func ItemProofHref(number string) string { return "/item-proof/" + numberPath(number) }

// OrganHref is the page of an organ, by its code or, behind a tilde, its id.
func OrganHref(key string) string { return "/o/" + url.PathEscape(key) }

// numberPath escapes a number for an address. Slashes stay unless a server
// would take them for a mistake.
func numberPath(number string) string {
	parts := strings.Split(number, "/")
	sep := "/"
	for i, p := range parts {
		if p == "" || p == "." || p == ".." {
			sep = "%2F"
		}
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, sep)
}
