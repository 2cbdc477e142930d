package page

import "net/url"

// Addresses of what an organ publishes beside items, by the organ's key.

// GuideHref is the guide 公开指南 of an organ.
func GuideHref(key string) string { return "/guide/" + url.PathEscape(key) }

// CatalogueHref is the catalogue 公开目录 of an organ.
func CatalogueHref(key string) string { return "/catalogue/" + url.PathEscape(key) }

// PowersHref is the list of powers and duties 权责清单 of an organ.
func PowersHref(key string) string { return "/powers/" + url.PathEscape(key) }

// StandardHref is the standard catalogue 基层标准目录 that holds for an organ.
func StandardHref(key string) string { return "/standard/" + url.PathEscape(key) }

// LibraryHref is the library of 规章 and 行政规范性文件, of an organ or, for "", of
// all.
func LibraryHref(key string) string { return With("/library", "organ", key) }
