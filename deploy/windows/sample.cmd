@echo off
rem 启动虚构的示例县，供学习和试用；数据放在旁边的 gongkai-sample 文件夹，可以随时删除
title 政府信息公开（示例县）
cd /d "%~dp0"
echo 正在载入示例县，第一次约需一分钟。出现“网站已启动”以后，在浏览器里打开 http://127.0.0.1:8090
gongkai.exe serve --addr 127.0.0.1:8090 --data gongkai-sample --sample --checking
if errorlevel 1 pause
