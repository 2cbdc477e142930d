@echo off
rem 启动程序，数据放在旁边的 gongkai-data 文件夹
title 政府信息公开
cd /d "%~dp0"
gongkai.exe
if errorlevel 1 (
  echo.
  echo 没有启动成功。请把上面的话告诉技术人员；README.txt 里有常见的原因。
  pause
)
