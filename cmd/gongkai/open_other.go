//go:build !windows

package main

import (
	"os/exec"
	"runtime"
)

// openBrowser opens the address with what the desktop has set for web pages;
// errNoBrowser on a machine without a desktop.
func openBrowser(address string) error {
	names := []string{"xdg-open", "gio"}
	if runtime.GOOS == "darwin" {
		names = []string{"open"}
	}
	for _, n := range names {
		path, err := exec.LookPath(n)
		if err != nil {
			continue
		}
		args := []string{address}
		if n == "gio" {
			args = []string{"open", address}
		}
		return exec.Command(path, args...).Start()
	}
	return errNoBrowser
}
