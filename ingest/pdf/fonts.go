package pdf

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// fontFolders is all that the drawing engine sees of the disk: folders with
// fonts, at the places where PDFium looks for them. There is room for four.
type fontFolders []string

var fontPlaces = []string{"usr/share/fonts", "usr/local/share/fonts", "usr/share/X11/fonts/TTF", "usr/share/X11/fonts/Type1"}

func (f fontFolders) Open(name string) (fs.File, error) {
	// Listing a folder asks what lies above it; any folder will do.
	if name == "." || slices.ContainsFunc(fontPlaces, func(p string) bool { return name == path.Dir(p) }) {
		return os.DirFS(f[0]).Open(".")
	}
	for i, dir := range f {
		if i == len(fontPlaces) {
			break
		}
		rest, ok := strings.CutPrefix(name, fontPlaces[i])
		switch {
		case !ok || dir == "":
		case rest == "":
			return os.DirFS(dir).Open(".")
		case rest[0] == '/':
			return os.DirFS(dir).Open(rest[1:])
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}
