if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	[ "$1" = 1 ] || systemctl try-restart gongkai.service
fi
if [ "$1" = 1 ]; then
	cat <<'END'
已安装。接下来：
  1. 修改 /etc/gongkai/gongkai.conf（县名、网址）
  2. 设立第一位管理员：sudo -u gongkai gongkai admin --config /etc/gongkai/gongkai.conf --name 姓名 --login 账号 --organ 机关全称
  3. systemctl enable --now gongkai.service gongkai-backup.timer
数据在 /var/lib/gongkai，备份在 /var/backups/gongkai。
END
fi
