//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// built is the folder that make cross fills; alone these tests have nothing to
// start.
func built(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("GONGKAI_CROSS")
	if dir == "" {
		t.Skip("make cross builds the programs of every platform and runs this")
	}
	return dir
}

// The programs of the other processors say their version, and serve a front
// page from an empty folder: database, keys, log, templates and styles. The
// sample county takes minutes under emulation and is tested on amd64.
func TestBuiltStarts(t *testing.T) {
	dir := built(t)
	for arch, pkg := range map[string]string{"amd64": "", "arm64": "qemu-aarch64-static", "loong64": "qemu-loongarch64-static"} {
		t.Run(arch, func(t *testing.T) {
			t.Parallel()
			args := []string{filepath.Join(dir, "linux-"+arch, "gongkai")}
			if pkg != "" {
				args = append([]string{need(t, pkg, "qemu-user-static")}, args...)
			}
			version := output(t, args[0], append(args[1:], "version")...)
			if want := "gongkai " + os.Getenv("GONGKAI_VERSION"); strings.TrimSpace(version) != want {
				t.Errorf("version says %q, want %q", version, want)
			}
			answers(t, args)
		})
	}
}

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// answers starts a program and asks for its front page.
func answers(t *testing.T, args []string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 4*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, args[0], append(args[1:], "serve", "--addr", "127.0.0.1:0", "--data", t.TempDir(), "--county", "云岭县")...)
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("after the end: %v\n%s", err, log.String())
		}
	}()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		at := address.FindString(lines.Text())
		if at == "" {
			continue
		}
		for _, path := range []string{"/", "/deadline", "/log", "/help"} {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, at+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(res.Body)
			res.Body.Close()
			if err != nil || res.StatusCode != http.StatusOK || path == "/" && !bytes.Contains(b, []byte("云岭县")) {
				t.Errorf("%s: %s, %d bytes, %v", path, res.Status, len(b), err)
			}
		}
		return
	}
	t.Fatalf("it never served\n%s", log.String())
}

// Somebody who builds the same sources elsewhere gets the same program.
func TestBuiltAgain(t *testing.T) {
	dir := built(t)
	elsewhere := filepath.Join(t.TempDir(), "another", "place")
	copyTree(t, "../..", elsewhere)
	again := filepath.Join(t.TempDir(), "gongkai")
	cmd := exec.CommandContext(t.Context(), "make", "-C", elsewhere, "program", "OUT="+again, "VERSION="+os.Getenv("GONGKAI_VERSION"))
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "MAKEFLAGS=", "MAKELEVEL=")
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	if a, b := hash(t, filepath.Join(dir, "linux-arm64", "gongkai")), hash(t, again); a != b {
		t.Errorf("built here %s, in another folder %s", a, b)
	}
}

func hash(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(b))
}

// copyTree copies the sources with other times.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, p)
		if err != nil {
			return err
		}
		if d.IsDir() {
			switch rel {
			case ".git", "bin", "dist", "data", "node_modules":
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		if !d.Type().IsRegular() {
			return nil
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		name := filepath.Join(to, rel)
		if err := os.WriteFile(name, b, 0o600); err != nil {
			return err
		}
		return os.Chtimes(name, commit, commit)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The image for containers holds all that the program needs: it starts with
// nothing else around it, as a user without rights.
func TestBuiltAlone(t *testing.T) {
	dir := built(t)
	if os.Geteuid() != 0 {
		t.Skip("only root may change the root of a process")
	}
	program, err := os.ReadFile(filepath.Join(dir, "linux-amd64", "gongkai"))
	if err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	for p := work; p != os.TempDir() && p != "/"; p = filepath.Dir(p) {
		if err := os.Chmod(p, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	image, err := job{version: "v0", at: commit}.image("amd64", program)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(work, "image.tar.gz"), image, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, b := range untar(t, filepath.Join(work, "image.tar.gz")) {
		if strings.HasSuffix(name, "layer.tar") {
			root := filepath.Join(work, "root")
			if err := os.Mkdir(root, 0o755); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("tar", "-xpf", "-", "-C", root)
			cmd.Stdin = bytes.NewReader(b)
			if b, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v %s", err, b)
			}
			answersIn(t, root)
			return
		}
	}
	t.Fatal("the image has no layer")
}

func answersIn(t *testing.T, root string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "/gongkai", "serve", "--addr", "127.0.0.1:0", "--data", "/data")
	cmd.Dir, cmd.Env = "/", []string{}
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	cmd.Path = "/gongkai"
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if at := address.FindString(lines.Text()); at != "" {
			res, err := http.Get(at + "/")
			if err != nil || res.StatusCode != http.StatusOK {
				t.Errorf("%v %v", res, err)
			} else {
				res.Body.Close()
			}
			break
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, log.String())
	}
}
