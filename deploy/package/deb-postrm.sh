#!/bin/sh
# Data are never removed with the program: they are an office's records.
set -e
[ ! -d /run/systemd/system ] || systemctl daemon-reload
if [ "$1" = purge ]; then
	for d in /var/lib/gongkai /var/backups/gongkai; do
		[ ! -d "$d" ] || rmdir "$d" 2>/dev/null || echo "数据没有删除：$d"
	done
	rmdir /etc/gongkai 2>/dev/null || true
fi
