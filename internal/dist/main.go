// Command dist makes what is handed out from programs that are already built:
// deb and rpm packages, an archive for Windows, images for containers, the
// list of licences, the bill of materials and the checksums. The same programs
// and the same time give the same bytes, whatever folder, clock or user.
//
//	dist -version VERSION -epoch SECONDS -in dist/build -out dist
//
// The folder of -in holds one folder a platform, as linux-arm64/gongkai.
package main

import (
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"
)

func main() {
	var j job
	var epoch int64
	flag.StringVar(&j.root, "root", ".", "the source tree")
	flag.StringVar(&j.in, "in", "dist/build", "folder of the built programs")
	flag.StringVar(&j.out, "out", "dist", "folder of what is made")
	flag.StringVar(&j.version, "version", "dev", "version as the program says it")
	flag.Int64Var(&epoch, "epoch", 0, "time of the commit, seconds since 1970")
	flag.Parse()
	j.at = time.Unix(epoch, 0).UTC()
	if err := j.run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

// A job is one release.
type job struct {
	root, in, out string
	version       string
	at            time.Time // every time that is written anywhere
}

// A platform is one built program.
type platform struct {
	os, arch string // as Go names them
	program  string // path
}

func (p platform) String() string { return p.os + "-" + p.arch }

// platforms are the folders of in, sorted.
func (j job) platforms() ([]platform, error) {
	var out []platform
	list, err := os.ReadDir(j.in)
	if err != nil {
		return nil, err
	}
	for _, d := range list {
		goos, arch, ok := strings.Cut(d.Name(), "-")
		if !d.IsDir() || !ok {
			continue
		}
		name := "gongkai"
		if goos == "windows" {
			name += ".exe"
		}
		p := platform{goos, arch, filepath.Join(j.in, d.Name(), name)}
		if _, err := os.Stat(p.program); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s holds no built program", j.in)
	}
	sort.Slice(out, func(a, b int) bool { return out[a].String() < out[b].String() })
	return out, nil
}

func (j job) run(say io.Writer) error {
	list, err := j.platforms()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(j.out, 0o755); err != nil {
		return err
	}
	mods, err := modulesOf(list)
	if err != nil {
		return err
	}
	var made []string
	put := func(name string, b []byte) error {
		if err := os.WriteFile(filepath.Join(j.out, name), b, 0o644); err != nil {
			return err
		}
		made = append(made, name)
		fmt.Fprintf(say, "%9d  %s\n", len(b), name)
		return nil
	}
	notices, err := os.ReadFile(filepath.Join(j.root, "deploy/notices.txt"))
	if err != nil {
		return err
	}
	licences, problems := licenceText(mods, notices)
	if len(problems) > 0 {
		return fmt.Errorf("licences that are not permissive or not understood:\n  %s", strings.Join(problems, "\n  "))
	}
	bom, err := j.bom(mods)
	if err != nil {
		return err
	}
	if err := errors.Join(put("LICENSES.txt", licences), put("gongkai-"+j.version+".cdx.json", bom)); err != nil {
		return err
	}
	for _, p := range list {
		program, err := os.ReadFile(p.program)
		if err != nil {
			return err
		}
		if p.os == "windows" {
			b, err := j.windows(program, licences)
			if err != nil {
				return err
			}
			if err := put(fmt.Sprintf("gongkai-%s-windows-%s.zip", j.version, p.arch), b); err != nil {
				return err
			}
			continue
		}
		files, err := j.layout(program, licences, bom)
		if err != nil {
			return err
		}
		deb, err := j.deb(p.arch, files)
		if err != nil {
			return err
		}
		rpm, err := j.rpm(p.arch, files)
		if err != nil {
			return err
		}
		image, err := j.image(p.arch, program)
		if err != nil {
			return err
		}
		if err := errors.Join(
			put("gongkai-"+j.version+"-"+p.String(), program),
			put(fmt.Sprintf("gongkai_%s_%s.deb", j.packaged(), debArch(p.arch)), deb),
			put(fmt.Sprintf("gongkai-%s-1.%s.rpm", j.packaged(), rpmArch(p.arch)), rpm),
			put(fmt.Sprintf("gongkai-%s-%s-image.tar.gz", j.version, p.arch), image)); err != nil {
			return err
		}
	}
	return j.sums(made)
}

// sums writes SHA256SUMS over everything made, as sha256sum -c reads it.
func (j job) sums(names []string) error {
	sort.Strings(names)
	var b strings.Builder
	for _, n := range names {
		data, err := os.ReadFile(filepath.Join(j.out, n))
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(data), n)
	}
	return os.WriteFile(filepath.Join(j.out, "SHA256SUMS"), []byte(b.String()), 0o644)
}

// packaged is the version as deb and rpm order it: a figure first, no hyphen.
// A commit without a tag is ordered by its time.
func (j job) packaged() string {
	v := strings.TrimPrefix(j.version, "v")
	v = strings.ReplaceAll(v, "-", ".")
	if v == "" || v[0] < '0' || v[0] > '9' || !strings.Contains(v, ".") || strings.HasSuffix(v, ".dirty") && strings.Count(v, ".") < 2 {
		v = "0." + j.at.Format("20060102.1504") + "." + v
	}
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '+' || r == '~' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '.'
	}, v)
}
