package main

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
)

// A file of a package, or a folder where data is nil.
type file struct {
	path   string // absolute, without a slash at the end
	mode   uint32 // permissions
	owner  string // of the installed system: root or gongkai
	group  string
	config bool // kept when somebody changed it
	doc    bool
	data   []byte
}

func (f file) dir() bool { return f.data == nil }

// The folders that hold data belong to the user that serves.
const (
	user        = "gongkai"
	homeFolder  = "/var/lib/gongkai"
	backups     = "/var/backups/gongkai"
	description = "政府信息公开：主动公开、依申请公开、年度报告"
	explained   = "一个程序办政府信息公开的全部工作：主动公开、依申请公开、年度报告、调度考核、公开网站、存证。数据在 /var/lib/gongkai。"
)

// layout is what deb and rpm put on a machine, sorted by path.
func (j job) layout(program, licences, bom []byte) ([]file, error) {
	out := []file{
		{path: "/usr/bin/gongkai", mode: 0o755, data: program},
		{path: "/etc/gongkai", mode: 0o750, group: user},
		{path: homeFolder, mode: 0o700, owner: user, group: user},
		{path: backups, mode: 0o700, owner: user, group: user},
		{path: "/usr/share/doc/gongkai", mode: 0o755},
		{path: "/usr/share/doc/gongkai/copyright", mode: 0o644, doc: true, data: licences},
		{path: "/usr/share/doc/gongkai/gongkai.cdx.json", mode: 0o644, doc: true, data: bom},
	}
	for _, x := range []struct {
		from, to string
		mode     uint32
		config   bool
	}{
		{"deploy/gongkai.conf", "/etc/gongkai/gongkai.conf", 0o640, true},
		{"deploy/gongkai.service", "/usr/lib/systemd/system/gongkai.service", 0o644, false},
		{"deploy/gongkai-backup.service", "/usr/lib/systemd/system/gongkai-backup.service", 0o644, false},
		{"deploy/gongkai-backup.timer", "/usr/lib/systemd/system/gongkai-backup.timer", 0o644, false},
		{"deploy/gongkai-outer.conf", "/usr/share/doc/gongkai/gongkai-outer.conf", 0o644, false},
		{"deploy/nginx.conf", "/usr/share/doc/gongkai/nginx.conf", 0o644, false},
		{"CHANGELOG.md", "/usr/share/doc/gongkai/CHANGELOG.md", 0o644, false},
	} {
		b, err := os.ReadFile(filepath.Join(j.root, x.from))
		if err != nil {
			return nil, err
		}
		// by hand the program is put into /usr/local
		b = bytes.ReplaceAll(b, []byte("/usr/local/bin/gongkai"), []byte("/usr/bin/gongkai"))
		b = bytes.ReplaceAll(b, []byte("/etc/systemd/system/"), []byte("/usr/lib/systemd/system/"))
		f := file{path: x.to, mode: x.mode, config: x.config, doc: strings.Contains(x.to, "/doc/"), data: b}
		if x.config {
			f.group = user
		}
		out = append(out, f)
	}
	for i := range out {
		if out[i].owner == "" {
			out[i].owner = "root"
		}
		if out[i].group == "" {
			out[i].group = "root"
		}
	}
	sort.Slice(out, func(a, b int) bool { return out[a].path < out[b].path })
	return out, nil
}

// script is one of deploy/package.
func (j job) script(name string) (string, error) {
	b, err := os.ReadFile(filepath.Join(j.root, "deploy/package", name))
	if err != nil {
		return "", err
	}
	if bytes.Contains(b, []byte("\r")) {
		return "", fmt.Errorf("deploy/package/%s has ends of line of Windows", name)
	}
	return string(b), nil
}

// parents are the folders above the files, from the top, each once.
func parents(files []file) []string {
	seen := map[string]bool{}
	var out []string
	for _, f := range files {
		for d := path.Dir(f.path); d != "/"; d = path.Dir(d) {
			if !seen[d] {
				seen[d] = true
				out = append(out, d)
			}
		}
	}
	for _, f := range files {
		if f.dir() {
			seen[f.path] = false
		}
	}
	out2 := out[:0]
	for _, d := range out {
		if seen[d] {
			out2 = append(out2, d)
		}
	}
	sort.Strings(out2)
	return out2
}

func sortFiles(files []file) {
	sort.SliceStable(files, func(a, b int) bool { return files[a].path < files[b].path })
}
