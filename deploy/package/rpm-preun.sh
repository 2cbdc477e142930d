if [ "$1" = 0 ] && [ -d /run/systemd/system ]; then
	systemctl disable --now gongkai.service gongkai-backup.timer || true
fi
