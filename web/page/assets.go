package page

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed templates
var templates embed.FS

//go:embed assets
var assetFiles embed.FS

// own are the assets of the layout.
var own = mustAssets("/assets/", assetFiles, "assets")

// Assets serves embedded files under names that carry a hash of their content,
// so that a browser may keep them for a year and never shows an old one.
type Assets struct {
	prefix string
	byName map[string]string // page.css → /assets/page.1a2b3c4d.css
	byPath map[string]asset
}

type asset struct {
	kind string
	body []byte
}

// NewAssets reads the files in dir. The prefix begins and ends with a slash.
func NewAssets(prefix string, files fs.FS, dir string) (*Assets, error) {
	a := &Assets{prefix: prefix, byName: map[string]string{}, byPath: map[string]asset{}}
	list, err := fs.ReadDir(files, dir)
	if err != nil {
		return nil, fmt.Errorf("page: assets: %w", err)
	}
	for _, e := range list {
		if e.IsDir() {
			continue
		}
		b, err := fs.ReadFile(files, path.Join(dir, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("page: assets: %w", err)
		}
		sum := sha256.Sum256(b)
		ext := path.Ext(e.Name())
		p := prefix + strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:4]) + ext
		a.byName[e.Name()] = p
		a.byPath[p] = asset{kind(ext), b}
	}
	return a, nil
}

func mustAssets(prefix string, files fs.FS, dir string) *Assets {
	a, err := NewAssets(prefix, files, dir)
	if err != nil {
		panic(err) // embedded: cannot fail in a built program
	}
	return a
}

// kind does not ask the machine's mime table, which Windows lets anyone edit.
func kind(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	return "application/octet-stream"
}

// Path is the address of a file, or "" for a name that does not exist.
func (a *Assets) Path(name string) string { return a.byName[name] }

// Route serves the files.
func (a *Assets) Route() Route {
	return Route{Pattern: "GET " + a.prefix, Role: Public, Serve: func(w http.ResponseWriter, r *http.Request) error {
		f, ok := a.byPath[r.URL.Path]
		if !ok {
			return ErrNotFound
		}
		w.Header().Set("Content-Type", f.kind)
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		if r.Method != http.MethodHead {
			_, _ = w.Write(f.body)
		}
		return nil
	}}
}
