package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"sort"
	"strings"
)

// A module is one that is linked into a program.
type module struct {
	path, version string
	sum           string   // h1:… of go.sum, over all its files
	licences      []string // SPDX names, sorted
	texts         []text
	unknown       []string // files whose licence was not understood
}

// A text is one file of licence.
type text struct{ name, body string }

// modulesOf asks the programs themselves what they are made of, then the
// module cache for the texts.
func modulesOf(list []platform) ([]module, error) {
	found := map[string]*debug.Module{}
	var toolchain string
	for _, p := range list {
		info, err := buildinfo.ReadFile(p.program)
		if err != nil {
			return nil, err
		}
		toolchain = info.GoVersion
		for _, d := range info.Deps {
			if d.Replace != nil {
				d = d.Replace
			}
			found[d.Path+"@"+d.Version] = d
		}
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	out := []module{{path: "std", version: strings.TrimPrefix(toolchain, "go")}}
	if err := out[0].read(strings.TrimSpace(string(goroot)), false); err != nil {
		return nil, err
	}
	var names []string
	for k := range found {
		names = append(names, k)
	}
	sort.Strings(names)
	dirs, err := folders(names)
	if err != nil {
		return nil, err
	}
	for _, k := range names {
		m := module{path: found[k].Path, version: found[k].Version, sum: found[k].Sum}
		if dirs[k] == "" {
			return nil, fmt.Errorf("%s is not in the module cache", k)
		}
		if err := m.read(dirs[k], true); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// folders are the places of modules in the cache.
func folders(names []string) (map[string]string, error) {
	out := map[string]string{}
	if len(names) == 0 {
		return out, nil
	}
	b, err := exec.Command("go", append([]string{"mod", "download", "-json"}, names...)...).Output()
	if err != nil {
		return nil, fmt.Errorf("go mod download: %w", err)
	}
	for d := json.NewDecoder(bytes.NewReader(b)); d.More(); {
		var m struct{ Path, Version, Dir string }
		if err := d.Decode(&m); err != nil {
			return nil, err
		}
		out[m.Path+"@"+m.Version] = m.Dir
	}
	return out, nil
}

var licenceFile = regexp.MustCompile(`(?i)^(un)?li[cs]en[cs]e|^copying|^notice|^patents|^copyright`)

// read gathers the texts of a module: those of its root, and of the folders
// below that have their own.
func (m *module) read(root string, below bool) error {
	names := map[string]bool{}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		depth := strings.Count(rel, string(filepath.Separator))
		if d.IsDir() {
			if rel != "." && (!below || depth >= 4 || d.Name() == "testdata" || d.Name() == "cmd" || strings.HasPrefix(d.Name(), "_")) {
				return filepath.SkipDir
			}
			return nil
		}
		if !licenceFile.MatchString(d.Name()) || strings.HasSuffix(d.Name(), ".go") || strings.HasSuffix(d.Name(), ".png") || strings.HasSuffix(d.Name(), ".svg") {
			return nil
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		m.texts = append(m.texts, text{filepath.ToSlash(rel), string(b)})
		known := identify(linked(string(b)))
		if len(known) == 0 && !companion(d.Name()) {
			m.unknown = append(m.unknown, filepath.ToSlash(rel))
		}
		for _, k := range known {
			names[k] = true
		}
		return nil
	})
	for n := range names {
		m.licences = append(m.licences, n)
	}
	sort.Strings(m.licences)
	return err
}

// linked is what a text says of code that reaches a program. The account that
// modernc.org/sqlite keeps of its whole module graph has a section for it; the
// rest is about its tests, and every module that we link is asked for itself.
func linked(body string) string {
	_, rest, ok := strings.Cut(body, "\n## 1. Components linked into your program")
	if !ok {
		return body
	}
	rest, _, _ = strings.Cut(rest, "\n## 2.")
	return rest
}

// companion files stand beside a licence and grant or tell more.
func companion(name string) bool {
	n := strings.ToLower(name)
	return strings.HasPrefix(n, "notice") || strings.HasPrefix(n, "patents") || strings.HasPrefix(n, "copyright") || strings.Contains(n, "3rd-party") || strings.Contains(n, "logo")
}

// Phrases that only this licence has, of its text in small letters with single
// spaces. The refused ones come first and end the search.
var phrases = []struct{ name, phrase string }{
	{"AGPL", "gnu affero general public license"},
	{"LGPL", "gnu lesser general public license"},
	{"GPL", "gnu general public license"},
	{"MPL-2.0", "mozilla public license"},
	{"EPL", "eclipse public license"},
	{"CDDL", "common development and distribution license"},
	{"SSPL", "server side public license"},
	{"BUSL", "business source license"},
	{"Commons-Clause", "commons clause"},
	{"Elastic", "elastic license"},
	{"CC-BY-NC", "noncommercial"},
	{"Apache-2.0", "apache license version 2.0"},
	{"Apache-2.0", "apache license, version 2.0"},
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy"},
	{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose"},
	{"blessing", "the author disclaims copyright to this source code"},
	{"blessing", "sqlite is public domain"},
	{"public-domain", "dedicated to the public domain"},
	{"Unlicense", "this is free and unencumbered software released into the public domain"},
	{"Zlib", "this software is provided 'as-is', without any express or implied warranty"},
}

// permissive are the licences that this program may be made of.
var permissive = []string{"Apache-2.0", "MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "blessing", "public-domain", "Unlicense", "Zlib"}

// refusedName finds the short names as tables write them.
var refusedName = regexp.MustCompile(`\b(agpl|lgpl|gpl|mpl|epl|cddl|sspl|busl)-[0-9.]+`)

var spaces = regexp.MustCompile(`[\s*#>/"]+`)

// identify names the licences of a text; a text may hold several.
func identify(body string) []string {
	s := spaces.ReplaceAllString(strings.ToLower(body), " ")
	var out []string
	add := func(n string) {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	for _, p := range phrases {
		if strings.Contains(s, p.phrase) {
			add(p.name)
		}
	}
	for _, n := range refusedName.FindAllString(s, -1) {
		add(strings.ToUpper(strings.TrimSpace(n)))
	}
	if strings.Contains(s, "redistribution and use in source and binary forms") {
		if strings.Contains(s, "endorse or promote products") {
			add("BSD-3-Clause")
		} else {
			add("BSD-2-Clause")
		}
	}
	return out
}

// licenceText is LICENSES.txt, and what stands against handing it out.
// notices are those of code inside a module that the module's own licence does
// not speak of.
func licenceText(mods []module, notices []byte) (out []byte, problems []string) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "本程序由下列软件组成，各自的许可全文附后。\nThe program is made of the following software, each under its own terms.\n\n")
	for _, m := range mods {
		fmt.Fprintf(&b, "  %-50s %-40s %s\n", m.path, m.version, strings.Join(m.licences, ", "))
		if len(m.licences) == 0 {
			problems = append(problems, m.path+": no licence found")
		}
		for _, u := range m.unknown {
			problems = append(problems, m.path+": "+u+" was not understood")
		}
		for _, l := range m.licences {
			if !slices.Contains(permissive, l) {
				problems = append(problems, m.path+": "+l)
			}
		}
	}
	for _, m := range mods {
		for _, t := range m.texts {
			fmt.Fprintf(&b, "\n%s\n%s %s: %s\n%s\n\n%s\n", strings.Repeat("=", 78), m.path, m.version, t.name, strings.Repeat("=", 78), strings.TrimSpace(strings.ReplaceAll(t.body, "\r\n", "\n")))
		}
	}
	fmt.Fprintf(&b, "\n%s\n", strings.Repeat("=", 78))
	b.Write(notices)
	return b.Bytes(), problems
}
