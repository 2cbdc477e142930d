package main

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	word "gongkai/ingest/docx"
	"gongkai/internal/sample"
)

// An officeFile is one kind of Word or Excel file that the program hands out.
type officeFile struct{ shape, name string }

// numbers in an address: one file of every kind is enough.
var numbers = regexp.MustCompile(`~?[0-9]{2,}|YL[0-9]+`)

// filesOpen fetches one of every kind of Word and Excel file that a county and
// a town come to by links, opens all in LibreOffice, and finds the words again.
func (b *browser) filesOpen(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("soffice is missing: apt-get install libreoffice-writer-nogui libreoffice-calc-nogui")
		}
		t.Skip("LibreOffice is not installed (apt-get install libreoffice-writer-nogui libreoffice-calc-nogui)")
	}
	dir := t.TempDir()
	files := map[string][]officeFile{}
	seen := map[string]bool{}
	for _, login := range []string{sample.Administrator, "qingshi"} {
		fetchFiles(t, b.base, login, dir, seen, files)
	}
	if len(files["docx"]) < 15 || len(files["xlsx"]) < 15 {
		t.Errorf("only %d kinds of Word and %d of Excel were found", len(files["docx"]), len(files["xlsx"]))
	}
	for ext, to := range map[string]string{"docx": "txt:Text (encoded):UTF8", "xlsx": `csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1`} {
		out := filepath.Join(dir, ext)
		args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", to, "--outdir", out}
		for _, f := range files[ext] {
			args = append(args, filepath.Join(dir, f.name))
		}
		ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
		said, err := exec.CommandContext(ctx, office, args...).CombinedOutput()
		stop()
		if err != nil {
			t.Fatalf("LibreOffice: %v\n%s", err, said)
		}
		for _, f := range files[ext] {
			stem := strings.TrimSuffix(f.name, filepath.Ext(f.name))
			list, err := os.ReadDir(out)
			if err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			for _, n := range list { // every sheet is a file
				if !strings.HasPrefix(n.Name(), stem+".") && !strings.HasPrefix(n.Name(), stem+"-") {
					continue
				}
				part, err := os.ReadFile(filepath.Join(out, n.Name()))
				if err != nil {
					t.Fatal(err)
				}
				text.Write(part)
			}
			opens(t, f, filepath.Join(dir, f.name), text.String())
		}
	}
	t.Logf("%d kinds of Word, %d of Excel", len(files["docx"]), len(files["xlsx"]))
}

// opens judges what LibreOffice read of a file.
func opens(t *testing.T, f officeFile, file, text string) {
	t.Helper()
	squeeze := func(s string) string { return strings.Join(strings.Fields(strings.ReplaceAll(s, "\ufeff", "")), "") }
	read := squeeze(text)
	if len(read) < 20 || strings.Contains(read, "�") || strings.Contains(read, "novalue") || strings.Contains(read, "#REF") || strings.Contains(read, "Err:5") {
		t.Errorf("%s opens as %.200q", f.shape, text)
	}
	if strings.HasSuffix(file, ".xlsx") {
		return
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d, err := word.Read(t.Context(), f.name, b)
	if err != nil {
		t.Errorf("%s: %v", f.shape, err)
		return
	}
	for _, x := range d.Blocks {
		if x.Para == nil {
			continue
		}
		if want := squeeze(x.Para.Text); len([]rune(want)) > 3 && !strings.Contains(read, want) {
			t.Errorf("%s: LibreOffice does not show %q", f.shape, x.Para.Text)
			return
		}
	}
}

// fetchFiles walks the pages that somebody comes to, each shape once, and
// keeps the files.
func fetchFiles(t *testing.T, base, login, dir string, seen map[string]bool, files map[string][]officeFile) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: time.Minute}
	res, err := client.PostForm(base+"/signin", url.Values{"login": {login}, "password": {sample.Password}, "back": {"/desk"}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.Request.URL.Path != "/desk" {
		t.Fatalf("%s is not signed in: %s", login, res.Request.URL)
	}
	pages, queue := map[string]bool{}, []string{"/desk", "/"}
	for len(queue) > 0 && len(pages) < 500 {
		at := queue[0]
		queue = queue[1:]
		u, err := url.Parse(at)
		if err != nil {
			continue
		}
		shape := numbers.ReplaceAllString(u.Path, "0") + u.Query().Get("format")
		if pages[shape] {
			continue
		}
		pages[shape] = true
		res, err := client.Get(base + at)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(io.LimitReader(res.Body, 8<<20))
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		kind := res.Header.Get("Content-Type")
		switch ext := ""; {
		case res.StatusCode != http.StatusOK:
		case strings.Contains(kind, "wordprocessingml"):
			ext = "docx"
			fallthrough
		case strings.Contains(kind, "spreadsheetml"):
			if ext == "" {
				ext = "xlsx"
			}
			if seen[shape] {
				continue
			}
			seen[shape] = true
			name := strings.Trim(strings.NewReplacer("/", "_", ".", "_").Replace(shape), "_") + "." + ext
			if err := os.WriteFile(filepath.Join(dir, name), body, 0o600); err != nil {
				t.Fatal(err)
			}
			files[ext] = append(files[ext], officeFile{shape, name})
		case strings.Contains(kind, "html"):
			queue = append(queue, links(string(body))...)
		}
	}
}

// links are the addresses of this site on a page.
func links(body string) []string {
	var out []string
	z := html.NewTokenizer(strings.NewReader(body))
	for z.Next() != html.ErrorToken {
		tok := z.Token()
		if tok.Data != "a" {
			continue
		}
		for _, a := range tok.Attr {
			if to, _, _ := strings.Cut(a.Val, "#"); a.Key == "href" && strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") {
				out = append(out, to)
			}
		}
	}
	return out
}
