package main

import (
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"path"
)

// rpmArch is the name of an architecture among rpm packages.
func rpmArch(arch string) string {
	switch arch {
	case "amd64":
		return "x86_64"
	case "arm64":
		return "aarch64"
	case "loong64":
		return "loongarch64"
	}
	return arch
}

// Tags and flags of rpm 4 (rpmtag.h, rpmds.h, rpmfiles.h).
const (
	tagImmutable, tagSignatures = 63, 62

	sigSHA1, sigSHA256, sigSize, sigMD5, sigPayload = 269, 273, 1000, 1004, 1007

	flagLess, flagEqual           = 2, 8
	flagPre, flagPost, flagPreun  = 1 << 9, 1 << 10, 1 << 11
	flagPostun, flagRpmlib        = 1 << 12, 1 << 24
	fileConfig, fileDoc, fileKeep = 1, 2, 16
)

// rpm is a package of rpm 4: lead, signature header, header, payload (cpio,
// gzip). It carries digests and no signature; an office that wants one signs
// with rpmsign and its own key.
func (j job) rpm(arch string, files []file) ([]byte, error) {
	payload, size, err := j.cpio(files)
	if err != nil {
		return nil, err
	}
	h := &header{}
	h.text(1000, "gongkai")
	h.text(1001, j.packaged())
	h.text(1002, "1")
	h.i18n(1004, description)
	h.i18n(1005, explained)
	h.number(1006, uint32(j.at.Unix()))
	h.text(1007, "localhost")
	h.list(100, "C")
	h.text(1014, "see /usr/share/doc/gongkai/copyright")
	h.i18n(1016, "Applications/Internet")
	h.text(1021, "linux")
	h.text(1022, rpmArch(arch))
	for tag, name := range map[int]string{1023: "prein", 1024: "postin", 1025: "preun", 1026: "postun"} {
		s, err := j.script("rpm-" + name + ".sh")
		if err != nil {
			return nil, err
		}
		h.text(tag, s)
		h.text(tag+62, "/bin/sh") // 1085 PREINPROG …
	}
	h.text(1044, "gongkai-"+j.packaged()+"-1.src.rpm")
	h.text(1064, "4.18.0")
	h.list(1047, "gongkai")
	h.number(1112, flagEqual)
	h.list(1113, j.packaged()+"-1")
	h.number(1048, flagPre|flagPost|flagPreun|flagPostun, flagPre, flagRpmlib|flagLess|flagEqual, flagRpmlib|flagLess|flagEqual, flagRpmlib|flagLess|flagEqual)
	h.list(1049, "/bin/sh", "/usr/sbin/useradd", "rpmlib(CompressedFileNames)", "rpmlib(FileDigests)", "rpmlib(PayloadFilesHavePrefix)")
	h.list(1050, "", "", "3.0.4-1", "4.6.0-1", "4.0-1")
	h.text(1124, "cpio")
	h.text(1125, "gzip")
	h.text(1126, "9")
	h.number(5011, 8) // digests of files are SHA-256
	h.text(5062, "utf-8")
	h.list(5092, fmt.Sprintf("%x", sha256.Sum256(payload)))
	h.number(5093, 8)
	j.rpmFiles(h, files)
	head := h.bytes(tagImmutable)

	s := &header{}
	s.text(sigSHA1, fmt.Sprintf("%x", sha1.Sum(head)))
	s.text(sigSHA256, fmt.Sprintf("%x", sha256.Sum256(head)))
	s.number(sigSize, uint32(len(head)+len(payload)))
	both := md5.New()
	both.Write(head)
	both.Write(payload)
	s.raw(sigMD5, both.Sum(nil))
	s.number(sigPayload, uint32(size))
	sig := s.bytes(tagSignatures)

	var b bytes.Buffer
	lead := make([]byte, 96)
	copy(lead, "\xed\xab\xee\xdb\x03\x00\x00\x00\x00\x01")
	copy(lead[10:75], "gongkai-"+j.packaged()+"-1")
	copy(lead[76:], "\x00\x01\x00\x05")
	b.Write(lead)
	b.Write(sig)
	for b.Len()%8 != 0 {
		b.WriteByte(0)
	}
	b.Write(head)
	b.Write(payload)
	return b.Bytes(), nil
}

// rpmFiles writes the list of files, each attribute an array of its own.
func (j job) rpmFiles(h *header, files []file) {
	var sizes, times, flags, verify, devices, inodes, dirs []uint32
	var modes, rdevs []uint16
	var digests, links, owners, groups, langs, bases, folders []string
	index := map[string]uint32{}
	var total uint32
	for i, f := range files {
		d := path.Dir(f.path) + "/"
		if _, ok := index[d]; !ok {
			index[d] = uint32(len(folders))
			folders = append(folders, d)
		}
		mode, digest, flag := f.mode|0o100000, fmt.Sprintf("%x", sha256.Sum256(f.data)), uint32(0)
		if f.dir() {
			mode, digest = f.mode|0o040000, ""
		}
		if f.config {
			flag |= fileConfig | fileKeep
		}
		if f.doc {
			flag |= fileDoc
		}
		sizes, times, flags, verify = append(sizes, uint32(len(f.data))), append(times, uint32(j.at.Unix())), append(flags, flag), append(verify, 0xffffffff)
		devices, inodes, dirs = append(devices, 1), append(inodes, uint32(i+1)), append(dirs, index[d])
		modes, rdevs = append(modes, uint16(mode)), append(rdevs, 0)
		digests, links, owners, groups = append(digests, digest), append(links, ""), append(owners, f.owner), append(groups, f.group)
		langs, bases = append(langs, ""), append(bases, path.Base(f.path))
		total += uint32(len(f.data))
	}
	h.number(1009, total)
	h.number(1028, sizes...)
	h.short(1030, modes...)
	h.short(1033, rdevs...)
	h.number(1034, times...)
	h.list(1035, digests...)
	h.list(1036, links...)
	h.number(1037, flags...)
	h.list(1039, owners...)
	h.list(1040, groups...)
	h.number(1045, verify...)
	h.number(1095, devices...)
	h.number(1096, inodes...)
	h.list(1097, langs...)
	h.number(1116, dirs...)
	h.list(1117, bases...)
	h.list(1118, folders...)
}

// cpio is the gzipped payload in the newc format, and its size before.
func (j job) cpio(files []file) ([]byte, int, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	n := 0
	write := func(p []byte) {
		k, _ := z.Write(p) // into memory
		n += k
	}
	pad := func() {
		if n%4 != 0 {
			write(make([]byte, 4-n%4))
		}
	}
	entry := func(name string, inode int, mode uint32, data []byte) {
		links := 1
		write(fmt.Appendf(nil, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", inode, mode, 0, 0, links, j.at.Unix(), len(data), 0, 0, 0, 0, len(name)+1, 0))
		write([]byte(name + "\x00"))
		pad()
		write(data)
		pad()
	}
	for i, f := range files {
		mode := f.mode | 0o100000
		if f.dir() {
			mode = f.mode | 0o040000
		}
		entry("."+f.path, i+1, mode, f.data)
	}
	entry("TRAILER!!!", 0, 0, nil)
	if err := z.Close(); err != nil {
		return nil, 0, err
	}
	return b.Bytes(), n, nil
}
