#!/bin/sh
# After unpacking: the user, what belongs to it, and on an upgrade the restart.
set -e
[ "$1" = configure ] || exit 0
if ! getent passwd gongkai >/dev/null; then
	useradd --system --user-group --home-dir /var/lib/gongkai --shell /usr/sbin/nologin gongkai
fi
chgrp gongkai /etc/gongkai /etc/gongkai/gongkai.conf
chown gongkai:gongkai /var/lib/gongkai /var/backups/gongkai
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	[ -z "$2" ] || systemctl try-restart gongkai.service
fi
[ -n "$2" ] || cat <<'END'
已安装。接下来：
  1. 修改 /etc/gongkai/gongkai.conf（县名、网址）
  2. 设立第一位管理员：sudo -u gongkai gongkai admin --config /etc/gongkai/gongkai.conf --name 姓名 --login 账号 --organ 机关全称
  3. systemctl enable --now gongkai.service gongkai-backup.timer
数据在 /var/lib/gongkai，备份在 /var/backups/gongkai。
END
