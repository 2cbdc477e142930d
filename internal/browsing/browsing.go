// Package browsing opens a real browser for tests: a tab of a fresh Chromium,
// steps in it, and waiting for what a page becomes.
package browsing

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Open opens a tab that lives as long as the test, at most so long. Without
// Chromium the test is skipped with a reason; under CI it fails.
func Open(t *testing.T, longest time.Duration) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("chromium is missing: apt-get install chromium")
		}
		t.Skip("chromium is not installed (apt-get install chromium)")
	}
	ctx, stop := context.WithTimeout(context.Background(), longest)
	t.Cleanup(stop)
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("no-first-run", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, stopAll := chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(stopAll)
	ctx, stopTab := chromedp.NewContext(ctx)
	t.Cleanup(stopTab)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1366, 768)); err != nil { // starts the tab, which lives as long as this context
		t.Fatal(err)
	}
	return ctx
}

// step bounds one step: one that waits for what never comes says so.
const step = 25 * time.Second

// Do takes the steps one after another.
func Do(t testing.TB, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	for i, s := range steps {
		bounded, stop := context.WithTimeout(ctx, step)
		err := chromedp.Do(bounded, s)
		stop()
		if err != nil {
			t.Fatalf("step %d: %v", i+1, err)
		}
	}
}

// Eval is what a script says of the page.
func Eval[T any](t testing.TB, ctx context.Context, js string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js))
	if err != nil {
		t.Fatalf("%s: %v", js, err)
	}
	return v
}

// Until waits for the page to have arrived whole and the expression to become
// true.
func Until(t testing.TB, ctx context.Context, js string) {
	t.Helper()
	for range 400 {
		if v, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("document.readyState==='complete'&&!!("+js+")")); err == nil && v {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("never became true: %s", js)
}
