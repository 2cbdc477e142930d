package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"fmt"
	"io"
	"strings"
)

// debArch is the name of an architecture in Debian; those of linux are the same.
func debArch(arch string) string { return arch }

// deb is a Debian package (deb(5)): an ar archive of debian-binary,
// control.tar.gz and data.tar.gz. gzip, because dpkg of the older domestic
// systems reads no zstd.
func (j job) deb(arch string, files []file) ([]byte, error) {
	data, err := j.tar(func(w *tar.Writer) error {
		dirs := map[string]bool{}
		for _, d := range parents(files) {
			dirs[d] = true
		}
		all := append([]file{}, files...)
		for d := range dirs {
			all = append(all, file{path: d, mode: 0o755})
		}
		return j.tarFiles(w, all)
	})
	if err != nil {
		return nil, err
	}
	var size int
	var sums, conf strings.Builder
	for _, f := range files {
		size += (len(f.data) + 1023) / 1024
		if f.dir() {
			continue
		}
		fmt.Fprintf(&sums, "%x  %s\n", md5.Sum(f.data), f.path[1:])
		if f.config {
			fmt.Fprintln(&conf, f.path)
		}
	}
	control := fmt.Sprintf(`Package: gongkai
Version: %s
Architecture: %s
Maintainer: gongkai <gongkai@localhost>
Installed-Size: %d
Depends: passwd
Recommends: fonts-arphic-gbsn00lp, fonts-arphic-gkai00mp
Suggests: libreoffice-writer-nogui, libreoffice-calc-nogui, clamav-daemon, nginx
Section: web
Priority: optional
Description: %s
 %s
`, j.packaged(), debArch(arch), size, description, explained)
	inner := []file{
		{path: "/control", mode: 0o644, data: []byte(control)},
		{path: "/conffiles", mode: 0o644, data: []byte(conf.String())},
		{path: "/md5sums", mode: 0o644, data: []byte(sums.String())},
	}
	for _, name := range []string{"postinst", "prerm", "postrm"} {
		text, err := j.script("deb-" + name + ".sh")
		if err != nil {
			return nil, err
		}
		inner = append(inner, file{path: "/" + name, mode: 0o755, data: []byte(text)})
	}
	head, err := j.tar(func(w *tar.Writer) error { return j.tarFiles(w, inner) })
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("!<arch>\n")
	for _, m := range []struct {
		name string
		data []byte
	}{{"debian-binary", []byte("2.0\n")}, {"control.tar.gz", head}, {"data.tar.gz", data}} {
		fmt.Fprintf(&b, "%-16s%-12d%-6d%-6d%-8s%-10d`\n", m.name, j.at.Unix(), 0, 0, "100644", len(m.data))
		b.Write(m.data)
		if len(m.data)%2 == 1 {
			b.WriteByte('\n')
		}
	}
	return b.Bytes(), nil
}

// tar is a gzipped archive.
func (j job) tar(fill func(*tar.Writer) error) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b) // its header names neither file nor time
	w := tar.NewWriter(z)
	if err := fill(w); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// tarFiles writes files as root's, in the order of their paths: the owner is
// set when the package is configured, since the user may not exist before.
func (j job) tarFiles(w *tar.Writer, files []file) error {
	files = append([]file{{path: "", mode: 0o755}}, files...)
	sortFiles(files)
	for _, f := range files {
		h := &tar.Header{Name: "." + f.path, Mode: int64(f.mode), ModTime: j.at, Uname: "root", Gname: "root", Format: tar.FormatGNU, Typeflag: tar.TypeReg, Size: int64(len(f.data))}
		if f.dir() {
			h.Typeflag, h.Name = tar.TypeDir, h.Name+"/"
		}
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		if _, err := io.Copy(w, bytes.NewReader(f.data)); err != nil {
			return err
		}
	}
	return nil
}
