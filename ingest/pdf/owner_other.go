//go:build !unix

package pdf

import "io/fs"

// On Windows the user's temporary and cache folders are the user's own.
func ownedAndClosed(fs.FileInfo) bool { return true }
