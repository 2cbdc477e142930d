// Package zone carries what is public from the desk inside to the public site
// outside, and what the public sends from there in, where the two are separate
// networks 内外网分区. Everything travels as files in folders, which a gatekeeper
// 网闸, rsync or a stick moves: neither side calls the other. Packages out are
// signed with the key of the public log; what comes in is encrypted for the
// inner side, and answers are readable only with the code of who asked.
package zone

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gongkai/act"
	"gongkai/store"
	"gongkai/translog"
)

// Form is what a package calls itself.
const Form = "gongkai-zone/1"

// Bounds of a package, in bytes.
const (
	maxHeader  = 1 << 20
	maxPackage = 256 << 20
	maxBody    = 1 << 30
)

// header is the first line of a package; the body behind it is what is signed.
type header struct {
	Form      string `json:"form"`
	Signature string `json:"signature"` // note of translog.SignDigest over the body as it lies in the file
	Keys      string `json:"keys"`      // translog.Keys of the inner side: what leads to the key that signed
}

// name is the file of a package.
func name(p *store.ZonePackage) string {
	if p.Urgent {
		return fmt.Sprintf("urgent-%09d.gkz", p.N)
	}
	return fmt.Sprintf("%09d.gkz", p.N)
}

// filePlace is where a file lies in the folder.
func filePlace(folder, hash string) string { return filepath.Join(folder, "files", hash[:2], hash) }

func validHash(h string) bool {
	b, err := hex.DecodeString(h)
	return err == nil && len(b) == sha256.Size && strings.ToLower(h) == h
}

// write writes a package under a name that nobody takes yet and returns its hash.
func write(folder string, p *store.ZonePackage, st *store.Store) (hash string, err error) {
	body, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	var z bytes.Buffer
	w, err := gzip.NewWriterLevel(&z, gzip.BestSpeed)
	if err != nil {
		return "", err
	}
	if _, err := w.Write(body); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	if z.Len() > maxPackage {
		return "", act.Refuse("要送出的内容过大，无法生成数据包。")
	}
	sum := sha256.Sum256(z.Bytes())
	signature, err := translog.SignDigest(Form, sum, st.LogKey())
	if err != nil {
		return "", err
	}
	head, err := json.Marshal(header{Form, string(signature), st.LogKeys().Text()})
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(sum[:]), save(filepath.Join(folder, "."+name(p)), io.MultiReader(bytes.NewReader(append(head, '\n')), &z))
}

// save writes a file that is whole or not there.
func save(path string, r io.Reader) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".part-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if _, err = io.Copy(f, r); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Chmod(f.Name(), 0o640)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}

// bad is a refusal of a package.
func bad(file, why string) error { return act.Refuse("数据包 " + file + " 没有接收：" + why) }

// read reads a package and checks who signed it. keys are those that the inner
// side had when it was last heard, or was entered by hand. It returns the keys as
// the package states them.
func read(path string, keys translog.Keys) (p store.ZoneIncoming, said translog.Keys, err error) {
	file := filepath.Base(path)
	f, err := os.Open(path)
	if err != nil {
		return p, said, err
	}
	defer f.Close()
	in := bufio.NewReaderSize(io.LimitReader(f, maxHeader+maxPackage+1), 1<<16)
	line, err := readLine(in)
	var h header
	if err != nil || json.Unmarshal(line, &h) != nil {
		return p, said, bad(file, "文件损坏或者没有传完。请等传输完成，或从内网重新传送。")
	}
	if h.Form != Form {
		return p, said, bad(file, fmt.Sprintf("格式 %.40q 本程序不认识，可能由更新的版本生成。请升级外网的程序。", h.Form))
	}
	z, err := io.ReadAll(in)
	if err != nil {
		return p, said, err
	}
	if len(z) > maxPackage {
		return p, said, bad(file, "文件过大。")
	}
	sum := sha256.Sum256(z)
	if said, err = translog.ReadKeys(h.Keys); err != nil {
		return p, said, bad(file, "没有写明签名的公钥。")
	}
	trusted, err := translog.Trust(keys.Public, append(keys.Vouches[:len(keys.Vouches):len(keys.Vouches)], said.Vouches...)...)
	if err != nil {
		return p, said, err
	}
	if _, err := translog.CheckDigest([]byte(h.Signature), Form, sum, trusted); err != nil {
		who, _ := translog.DigestSigner([]byte(h.Signature))
		if who != trusted[0].Name() {
			return p, said, bad(file, fmt.Sprintf("它由另一个系统（%.80s）签名，不是本站认定的内网系统（%s）。", who, trusted[0].Name()))
		}
		return p, said, bad(file, "签名不符，文件在途中被改动或者损坏。请从内网重新传送；再次出现时请检查传输通道。")
	}
	g, err := gzip.NewReader(bytes.NewReader(z))
	if err != nil {
		return p, said, bad(file, "内容无法解开。")
	}
	body, err := io.ReadAll(io.LimitReader(g, maxBody+1))
	if err != nil || len(body) > maxBody {
		return p, said, bad(file, "内容无法解开或者过大。")
	}
	x, err := store.ReadZonePackage(body)
	if err != nil {
		return p, said, bad(file, "内容有本程序不认识的部分，可能由更新的版本生成。请先升级外网的程序。")
	}
	if name(x) != file {
		return p, said, bad(file, "文件名与内容的编号（"+name(x)+"）不符。请恢复原来的文件名。")
	}
	return store.ZoneIncoming{ZonePackage: *x, Hash: hex.EncodeToString(sum[:])}, said, nil
}

func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		if err == nil {
			return line, nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) || len(line) > maxHeader {
			return nil, io.ErrUnexpectedEOF
		}
	}
}

// Out writes what the public site does not have yet into the folder, whole or
// since the last package, what was removed in emergency first and by itself. It
// returns how many packages were written. Called again after it was interrupted
// it goes on where it stopped.
func Out(ctx context.Context, st *store.Store, folder string, whole bool) (n int, err error) {
	if err := os.MkdirAll(filepath.Join(folder, "files"), 0o750); err != nil {
		return 0, err
	}
	if err := settle(ctx, st, folder); err != nil {
		return 0, err
	}
	urgent, err := Urgent(ctx, st, folder)
	if err != nil {
		return 0, err
	}
	if urgent {
		n, whole = 1, true // the packages that held it are gone
	}
	recipient, err := recipient(st)
	if err != nil {
		return n, err
	}
	made, err := st.ZoneOut(ctx, whole, recipient, func(p *store.ZonePackage) (string, error) {
		kept := p.Files[:0]
		for _, f := range p.Files {
			err := putFile(ctx, st, folder, f)
			if errors.Is(err, store.ErrNotFound) {
				continue // removed a moment ago
			}
			if err != nil {
				return "", err
			}
			kept = append(kept, f)
		}
		p.Files = kept
		return write(folder, p, st)
	})
	if err != nil {
		return n, errors.Join(err, settle(ctx, st, folder))
	}
	return n + made, settle(ctx, st, folder)
}

// Urgent writes at once what was removed in emergency, if anything was, and takes
// what held it out of the folder.
func Urgent(ctx context.Context, st *store.Store, folder string) (bool, error) {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return false, err
	}
	return st.ZoneGone(ctx, func(p *store.ZonePackage) (string, error) {
		hash, err := write(folder, p, st)
		if err != nil {
			return "", err
		}
		if err := os.Rename(filepath.Join(folder, "."+name(p)), filepath.Join(folder, name(p))); err != nil {
			return "", err
		}
		list, err := filepath.Glob(filepath.Join(folder, "[0-9]*.gkz"))
		for _, f := range list {
			err = errors.Join(err, os.Remove(f))
		}
		return hash, errors.Join(err, dropFiles(folder, p.GoneFiles))
	})
}

func dropFiles(folder string, hashes []string) (err error) {
	for _, h := range hashes {
		if validHash(h) {
			if e := os.Remove(filePlace(folder, h)); !errors.Is(e, fs.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
	}
	return err
}

// putFile lays a file beside the packages, once.
func putFile(ctx context.Context, st *store.Store, folder string, f store.ZoneFile) error {
	to := filePlace(folder, f.Hash)
	if i, err := os.Stat(to); err == nil && i.Size() == f.Size {
		return nil
	}
	in, err := st.OpenZoneFile(ctx, f)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
		return err
	}
	return save(to, in)
}

// settle gives packages that were kept their names, and takes away those that
// were not.
func settle(ctx context.Context, st *store.Store, folder string) error {
	list, err := filepath.Glob(filepath.Join(folder, ".[0-9]*.gkz"))
	if err != nil {
		return err
	}
	for _, f := range list {
		final := strings.TrimPrefix(filepath.Base(f), ".")
		var n int64
		if _, err := fmt.Sscanf(final, "%d.gkz", &n); err != nil {
			continue
		}
		want, err := st.ZonePackageHash(ctx, false, n)
		if err != nil {
			return err
		}
		have, err := bodyHash(f)
		switch {
		case err == nil && have == want:
			err = os.Rename(f, filepath.Join(folder, final))
		case err == nil:
			err = os.Remove(f)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func bodyHash(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<16)
	if _, err := readLine(in); err != nil {
		return "", nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, in); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
