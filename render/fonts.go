package render

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
)

// FontError is returned when no Chinese font that a pdf can embed is found.
type FontError struct {
	Looked []string // the folders that were looked through
}

// Error says in Chinese what to install or where to put a font.
func (e *FontError) Error() string {
	return "没有找到可嵌入 PDF 的中文 TrueType 字体，无法生成 PDF。请安装字体后再试：Debian、Ubuntu、统信 UOS、麒麟系统执行 " +
		"apt-get install fonts-arphic-gbsn00lp fonts-arphic-gkai00mp；也可把仿宋、黑体、楷体等 .ttf 字体文件放入字体文件夹，或改为下载 Word 文件。已查找：" + strings.Join(e.Looked, "、")
}

// kind of typeface, by which a font file is recognised.
type kind int

const (
	song kind = iota
	fang
	kai
	hei
	xiaobiao
	kinds
)

// kindNames are parts of the file names, lower case, under which the faces are
// installed on Windows, Debian, UOS and Kylin and sold by 方正.
var kindNames = [kinds][]string{
	song:     {"simsun.", "nsimsun", "gbsn00lp", "fzss", "songti", "stsong", "宋体", "notoserifsc-regular", "notoserifsc_400", "sourcehanserif", "uming", "simsun"},
	fang:     {"simfang", "仿宋", "fangsong", "fzfs", "stfangso"},
	kai:      {"simkai", "楷体", "kaiti", "fzkt", "stkaiti", "gkai00mp", "ukai", "lxgwwenkai-regular", "lxgwwenkai"},
	hei:      {"simhei", "黑体", "fzht", "heiti", "notosanssc-regular", "notosanssc_400", "sourcehansans", "wqy-zenhei", "wqy-microhei", "msyh.", "droidsansfallback"},
	xiaobiao: {"fzxbs", "小标宋", "xiaobiaosong", "stzhongs"},
}

// chains say what stands in when a face is not installed. With the two Debian
// fonts titles, headings and tables are 宋, sections and text 楷, which keeps the
// levels apart.
var chains = map[style][]kind{
	title:   {xiaobiao, song, hei, fang, kai},
	chapter: {hei, song, xiaobiao, fang, kai},
	section: {kai, fang, song, hei, xiaobiao},
	body:    {fang, kai, song, hei, xiaobiao},
	note:    {song, fang, kai, hei, xiaobiao},
}

// fontSet is the fonts found for one document. Files are read when they are
// first needed.
type fontSet struct {
	looked  []string
	files   [kinds][]string // candidates by kind, best first
	rest    []string        // other fonts, for characters that these lack
	faces   map[string]*face
	byStyle map[style][]*face
	spare   []*face
	lacking map[rune]bool
}

func findFonts(extra []string) (*fontSet, error) {
	s := &fontSet{faces: map[string]*face{}, byStyle: map[style][]*face{}, lacking: map[rune]bool{}}
	type hit struct {
		path       string
		rank, from int
	}
	var hits [kinds][]hit
	for from, dir := range append(append([]string(nil), extra...), systemFolders()...) {
		s.looked = append(s.looked, dir)
		for _, path := range fontFiles(dir) {
			name := strings.ToLower(filepath.Base(path))
			known := false
			for k := range kinds {
				for rank, part := range kindNames[k] {
					if strings.Contains(name, part) {
						hits[k] = append(hits[k], hit{path, rank, min(from, len(extra))})
						known = true
						break
					}
				}
			}
			if !known {
				s.rest = append(s.rest, path)
			}
		}
	}
	for k := range hits {
		h := hits[k]
		sort.SliceStable(h, func(i, j int) bool {
			if h[i].from != h[j].from {
				return h[i].from < h[j].from
			}
			return h[i].rank < h[j].rank
		})
		for _, x := range h {
			s.files[k] = append(s.files[k], x.path)
		}
	}
	// 政 stands for Chinese: a font without it is of no use here.
	if f := s.pick(body, '政'); f == nil {
		return nil, &FontError{Looked: s.looked}
	}
	return s, nil
}

// systemFolders are where fonts usually lie. The environment is not asked: an
// operator names further folders in the options.
func systemFolders() []string {
	home, _ := os.UserHomeDir()
	inHome := func(parts ...string) string { return filepath.Join(append([]string{home}, parts...)...) }
	switch runtime.GOOS {
	case "windows":
		return []string{`C:\Windows\Fonts`, inHome("AppData", "Local", "Microsoft", "Windows", "Fonts")}
	case "darwin":
		return []string{inHome("Library", "Fonts"), "/Library/Fonts", "/System/Library/Fonts"}
	}
	return []string{inHome(".local", "share", "fonts"), inHome(".fonts"), "/usr/local/share/fonts", "/usr/share/fonts"}
}

// fontFiles lists the font files below a folder, at most maxFonts.
func fontFiles(dir string) []string {
	const maxFonts = 5000
	var out []string
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil { // a folder that cannot be read holds no fonts for us
			return nil
		}
		switch strings.ToLower(filepath.Ext(path)) {
		case ".ttf", ".ttc":
			out = append(out, path)
		}
		if len(out) >= maxFonts {
			return filepath.SkipAll
		}
		return nil
	})
	return out
}

// load reads a font file once; nil if it cannot be embedded.
func (s *fontSet) load(path string) *face {
	if f, ok := s.faces[path]; ok {
		return f
	}
	s.faces[path] = nil
	const largest = 64 << 20
	if info, err := os.Stat(path); err != nil || info.Size() > largest || !info.Mode().IsRegular() {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	f, err := parseFace(fmt.Sprintf("Font%d", len(s.faces)), data)
	if err != nil {
		return nil
	}
	s.faces[path] = f
	return f
}

// chain is the faces in which a style is set, best first; each kind's first
// usable file.
func (s *fontSet) chain(st style) []*face {
	switch st {
	case addressee, signature, dated:
		st = body
	case caption:
		st = chapter
	}
	if c, ok := s.byStyle[st]; ok {
		return c
	}
	var c []*face
	for _, k := range chains[st] {
		for _, path := range s.files[k] {
			if f := s.load(path); f != nil && f.has('政') {
				c = append(c, f)
				break
			}
		}
	}
	s.byStyle[st] = c
	return c
}

// pick is the face for a character, or nil if no font on the machine has it.
func (s *fontSet) pick(st style, r rune) *face {
	for _, f := range s.chain(st) {
		if f.has(r) {
			return f
		}
	}
	for _, f := range s.spare {
		if f.has(r) {
			return f
		}
	}
	if s.lacking[r] {
		return nil
	}
	for len(s.rest) > 0 {
		f := s.load(s.rest[0])
		s.rest = s.rest[1:]
		if f == nil {
			continue
		}
		s.spare = append(s.spare, f)
		if f.has(r) {
			return f
		}
	}
	s.lacking[r] = true
	return nil
}
