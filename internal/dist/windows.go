package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// windows is an archive that is unpacked and started by double click. The
// names are ASCII, because the Explorer of Windows 7 reads others in its own
// code page.
func (j job) windows(program, licences []byte) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestCompression) })
	put := func(name string, data []byte) error {
		h := &zip.FileHeader{Name: "gongkai/" + name, Method: zip.Deflate, Modified: j.at}
		h.SetMode(0o644)
		f, err := w.CreateHeader(h)
		if err != nil {
			return err
		}
		_, err = f.Write(data)
		return err
	}
	if err := put("gongkai.exe", program); err != nil {
		return nil, err
	}
	for _, name := range []string{"start.cmd", "sample.cmd", "README.txt"} {
		data, err := os.ReadFile(filepath.Join(j.root, "deploy/windows", name))
		if err != nil {
			return nil, err
		}
		if data, err = forWindows(name, data); err != nil {
			return nil, err
		}
		if err := put(name, data); err != nil {
			return nil, err
		}
	}
	if err := put("LICENSES.txt", licences); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// forWindows gives ends of line of Windows, and to a command file the code
// page 936 that cmd.exe of a Chinese Windows reads: with UTF-8 it loses its
// place in the file after a Chinese character. Notepad knows UTF-8 by its mark.
func forWindows(name string, data []byte) ([]byte, error) {
	if !utf8.Valid(data) {
		return nil, os.ErrInvalid
	}
	s := strings.ReplaceAll(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n", "\r\n")
	if strings.HasSuffix(name, ".cmd") {
		return simplifiedchinese.GBK.NewEncoder().Bytes([]byte(s))
	}
	return []byte("\ufeff" + s), nil
}
