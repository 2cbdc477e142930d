//go:build unix

package office

import (
	"os/exec"
	"syscall"
)

// installed are places outside PATH.
var installed = []string{
	"/usr/lib/libreoffice/program/soffice",
	"/opt/libreoffice/program/soffice",
	"/Applications/LibreOffice.app/Contents/MacOS/soffice",
}

// own gives the program a process group, which is killed whole (soffice is a
// script that starts others), and no file larger than 256 MiB.
func own(cmd *exec.Cmd) {
	if sh, err := exec.LookPath("sh"); err == nil {
		cmd.Args = append([]string{sh, "-c", `ulimit -f 262144; exec "$0" "$@"`, cmd.Path}, cmd.Args[1:]...)
		cmd.Path = sh
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
