package browsing

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// axe-core, the rules of WCAG 2.2 A and AA as a script. It is fetched once for
// the tests, its digest is checked, and it is no part of the program.
const (
	axeAddress = "https://registry.npmjs.org/axe-core/-/axe-core-4.14.1.tgz"
	axeDigest  = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745"
	axeMost    = 8 << 20
)

var axeSource = sync.OnceValues(func() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	file := filepath.Join(dir, "gongkai-tests", filepath.Base(axeAddress))
	packed, err := os.ReadFile(file)
	if err != nil || digest(packed) != axeDigest {
		if packed, err = fetch(axeAddress); err != nil {
			return "", err
		}
		if d := digest(packed); d != axeDigest {
			return "", fmt.Errorf("%s has the digest %s, not %s", axeAddress, d, axeDigest)
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err == nil {
			os.WriteFile(file, packed, 0o644) // only saves the next run the way
		}
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return "", err
	}
	for in := tar.NewReader(unzipped); ; {
		h, err := in.Next()
		if err != nil {
			return "", fmt.Errorf("axe.min.js in %s: %w", axeAddress, err)
		}
		if h.Name == "package/axe.min.js" {
			b, err := io.ReadAll(io.LimitReader(in, axeMost))
			return string(b), err
		}
	}
})

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func fetch(address string) (b []byte, err error) {
	client := http.Client{Timeout: time.Minute}
	for range 3 {
		var r *http.Response
		if r, err = client.Get(address); err != nil {
			continue
		}
		b, err = io.ReadAll(io.LimitReader(r.Body, axeMost))
		r.Body.Close()
		if err == nil && r.StatusCode == http.StatusOK {
			return b, nil
		}
		if err == nil {
			err = fmt.Errorf("%s answers %s", address, r.Status)
		}
	}
	return nil, err
}

// Axe makes the rules ready. Without them the test is skipped with a reason;
// under CI it fails.
func Axe(t *testing.T) {
	t.Helper()
	if _, err := axeSource(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("axe-core: %v", err)
		}
		t.Skipf("axe-core is needed to check pages for accessibility: %v", err)
	}
}

const axeRun = `axe.run(document,{resultTypes:['violations'],runOnly:{type:'tag',values:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}}).then(function(r){
return JSON.stringify(r.violations.map(function(v){return {ID:v.id,Impact:v.impact,Help:v.help,Nodes:v.nodes.map(function(n){return n.html.slice(0,160)+' '+(n.failureSummary||'').split('\n').slice(1,2).join('').trim()})}}))})`

// Broken are the rules that the page as it stands breaks, one line each with
// where.
func Broken(t testing.TB, ctx context.Context) []string {
	t.Helper()
	source, err := axeSource()
	if err != nil {
		t.Fatal(err)
	}
	bounded, stop := context.WithTimeout(ctx, 2*step)
	defer stop()
	if _, err := chromedp.Run(bounded, chromedp.Evaluate[bool](source+";true")); err != nil {
		t.Fatalf("axe-core: %v", err)
	}
	said, err := chromedp.Run(bounded, chromedp.Evaluate[string](axeRun, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("axe-core: %v", err)
	}
	var found []struct {
		ID, Impact, Help string
		Nodes            []string
	}
	if err := json.Unmarshal([]byte(said), &found); err != nil {
		t.Fatalf("axe-core: %v: %.200s", err, said)
	}
	var out []string
	for _, f := range found {
		more := ""
		if len(f.Nodes) > 3 {
			more = fmt.Sprintf(" and %d more", len(f.Nodes)-3)
			f.Nodes = f.Nodes[:3]
		}
		out = append(out, fmt.Sprintf("%s (%s, %s): %s%s", f.ID, f.Help, f.Impact, strings.Join(f.Nodes, " | "), more))
	}
	return out
}
