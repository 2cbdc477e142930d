//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A machine to install on: this system with a layer of its own above it, which
// is gone with the test.
type machine struct {
	t   *testing.T
	dir string // visible inside as /handed
}

// run runs a script inside. Every call begins with what the last one left.
func (m machine) run(script string) string {
	m.t.Helper()
	const outer = `set -e
mount -t tmpfs tmpfs "$1/over" && cd "$1/over" && mkdir up work root
[ ! -f "$1/state.tar" ] || tar -xpf "$1/state.tar" -C up
mount -t overlay overlay -o lowerdir=/,upperdir=up,workdir=work root
mkdir -p root/handed && mount --bind "$1" root/handed && mount --bind /dev root/dev && mount -t proc proc root/proc
s=0; chroot root /bin/sh -ec "$2" || s=$?
umount root/handed root/dev root/proc root && rmdir up/handed 2>/dev/null || true
tar -cpf "$1/state.tar" -C up .
exit $s`
	b, err := exec.Command("unshare", "-m", "sh", "-c", outer, "sh", m.dir, "export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive\n"+script).CombinedOutput()
	if err != nil {
		m.t.Fatalf("%v\n%s\nof\n%s", err, b, script)
	}
	return string(b)
}

func newMachine(t *testing.T, dir string) machine {
	t.Helper()
	need(t, "unshare", "util-linux")
	if err := os.MkdirAll(filepath.Join(dir, "over"), 0o755); err != nil {
		t.Fatal(err)
	}
	try := exec.Command("unshare", "-m", "sh", "-ec", `mount -t tmpfs tmpfs "$0/over"; cd "$0/over"; mkdir u w r; mount -t overlay overlay -o lowerdir=/,upperdir=u,workdir=w r`, dir)
	if b, err := try.CombinedOutput(); err != nil {
		t.Skipf("this system lets nobody mount a layer of its own, so nothing can be installed (%v: %s); the contents are tested in TestPackageContents", err, b)
	}
	return machine{t, dir}
}

// place builds two releases side by side, the second with another example of
// the configuration.
func place(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, v := range []string{"v1.2.0", "v1.3.0"} {
		out := release(t, v)
		list, err := os.ReadDir(out)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			if !strings.HasSuffix(f.Name(), "amd64.deb") && !strings.HasSuffix(f.Name(), "x86_64.rpm") {
				continue
			}
			b, err := os.ReadFile(filepath.Join(out, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, f.Name()), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// What an operator expects of a package: it makes the user, keeps what was
// configured over an upgrade, and never removes data.
const expected = `
test "$(stat -c %U:%G:%a /var/lib/gongkai)" = gongkai:gongkai:700
test "$(stat -c %U:%G:%a /var/backups/gongkai)" = gongkai:gongkai:700
test "$(stat -c %U:%G:%a /etc/gongkai)" = root:gongkai:750
test "$(stat -c %U:%G:%a /etc/gongkai/gongkai.conf)" = root:gongkai:640
test -x /usr/bin/gongkai
grep -q '^ExecStart=/usr/bin/gongkai serve --config /etc/gongkai/gongkai.conf' /usr/lib/systemd/system/gongkai.service
test "$(getent passwd gongkai | cut -d: -f6)" = /var/lib/gongkai
`

func TestInstallDeb(t *testing.T) {
	need(t, "dpkg", "dpkg")
	m := newMachine(t, place(t))
	said := m.run("getent passwd gongkai && userdel gongkai; dpkg -i /handed/gongkai_1.2.0_amd64.deb\n" + expected)
	if !strings.Contains(said, "systemctl enable --now gongkai.service") {
		t.Errorf("the next step is not said: %s", said)
	}
	m.run(`echo 'county = 云岭县' >>/etc/gongkai/gongkai.conf
echo records >/var/lib/gongkai/gongkai.db
dpkg -i /handed/gongkai_1.3.0_amd64.deb </dev/null
grep -q '^Version: 1.3.0' /var/lib/dpkg/status
tail -1 /etc/gongkai/gongkai.conf | grep -q 'county = 云岭县'` + expected)
	said = m.run(`dpkg -r gongkai; test ! -e /usr/bin/gongkai; test -f /etc/gongkai/gongkai.conf; dpkg -P gongkai
test ! -e /etc/gongkai; test "$(cat /var/lib/gongkai/gongkai.db)" = records`)
	if !strings.Contains(said, "数据没有删除：/var/lib/gongkai") {
		t.Errorf("purge does not say that data stay: %s", said)
	}
}

func TestInstallRpm(t *testing.T) {
	need(t, "rpm", "rpm")
	m := newMachine(t, place(t))
	// this system's own files are not in the data of rpm
	m.run("getent passwd gongkai && userdel gongkai; rpm -K /handed/gongkai-1.2.0-1.x86_64.rpm; rpm --nodeps -i /handed/gongkai-1.2.0-1.x86_64.rpm\n" + expected + "rpm -V --nodeps gongkai")
	m.run(`echo 'county = 云岭县' >>/etc/gongkai/gongkai.conf
echo records >/var/lib/gongkai/gongkai.db
rpm --nodeps -U /handed/gongkai-1.3.0-1.x86_64.rpm
test "$(rpm -q gongkai)" = gongkai-1.3.0-1.x86_64
tail -1 /etc/gongkai/gongkai.conf | grep -q 'county = 云岭县'` + expected)
	m.run(`rpm --nodeps -e gongkai; test ! -e /usr/bin/gongkai
grep -q 云岭县 /etc/gongkai/gongkai.conf.rpmsave; test "$(cat /var/lib/gongkai/gongkai.db)" = records`)
}

func TestPackageContents(t *testing.T) {
	need(t, "dpkg-deb", "dpkg")
	need(t, "rpm", "rpm")
	dir := place(t)
	for name, what := range map[string]string{
		"deb": output(t, "dpkg-deb", "-c", filepath.Join(dir, "gongkai_1.2.0_amd64.deb")),
		"rpm": output(t, "rpm", "-qplv", filepath.Join(dir, "gongkai-1.2.0-1.x86_64.rpm")),
	} {
		for _, want := range []string{"/usr/bin/gongkai", "/etc/gongkai/gongkai.conf", "/usr/lib/systemd/system/gongkai-backup.timer", "/usr/share/doc/gongkai/copyright", "/usr/share/doc/gongkai/gongkai.cdx.json"} {
			if !strings.Contains(what, want) {
				t.Errorf("%s without %s:\n%s", name, want, what)
			}
		}
		if strings.Contains(what, "/usr/local") {
			t.Errorf("%s puts something into /usr/local", name)
		}
	}
	if got := strings.TrimSpace(output(t, "dpkg-deb", "-I", filepath.Join(dir, "gongkai_1.2.0_amd64.deb"), "conffiles")); got != "/etc/gongkai/gongkai.conf" {
		t.Errorf("conffiles of the deb: %q", got)
	}
	if got := strings.TrimSpace(output(t, "rpm", "-qp", "--configfiles", filepath.Join(dir, "gongkai-1.2.0-1.x86_64.rpm"))); got != "/etc/gongkai/gongkai.conf" {
		t.Errorf("configuration of the rpm: %q", got)
	}
	for _, s := range []string{"deb-postinst.sh", "deb-prerm.sh", "deb-postrm.sh", "rpm-prein.sh", "rpm-postin.sh", "rpm-preun.sh", "rpm-postun.sh"} {
		output(t, "dash", "-n", filepath.Join("../../deploy/package", s))
	}
}
