//go:build !windows

package main

import "golang.org/x/sys/unix"

// diskFree is the bytes that the user may still write below a folder.
func diskFree(dir string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}
