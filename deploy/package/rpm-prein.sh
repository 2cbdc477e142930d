getent passwd gongkai >/dev/null || useradd --system --user-group --home-dir /var/lib/gongkai --shell /sbin/nologin gongkai
