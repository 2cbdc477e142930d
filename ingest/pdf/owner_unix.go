//go:build unix

package pdf

import (
	"io/fs"
	"os"
	"syscall"
)

func ownedAndClosed(fi fs.FileInfo) bool {
	st, ok := fi.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Getuid() && fi.Mode().Perm()&0o022 == 0
}
