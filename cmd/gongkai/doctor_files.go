package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"gongkai/store"
)

// doctorBlobs looks at files: are they there, are they the same, what did the
// malware scan say.
func (p *program) doctorBlobs(ctx context.Context, st *store.Store, o doctorOptions, say func(state, what, detail string)) {
	const what, private = "原件", "加密文件"
	x, err := st.InspectBlobs(ctx, !o.quick, p.dataProgress("体检", false))
	if r := st.Blobs().Remote(); err != nil && r != "" {
		say(fault, what, "对象存储 "+r+" 没有应答，或不认这两把密钥："+plain(err))
		return
	}
	if err != nil {
		say(fault, what, plain(err))
		return
	}
	for _, list := range []struct {
		what, fault string
		names       []string
	}{
		{what, "丢失", x.Missing}, {what, "内容与校验值不符", x.Damaged},
		{private, "丢失", ids(x.PrivateMissing)}, {private, "读不出（被改动，或不是用这把密钥加密的）", ids(x.PrivateDamaged)},
	} {
		if n := len(list.names); n > 0 {
			say(fault, list.what, fmt.Sprintf("%d 个%s，请从备份取回：%s", n, list.fault, strings.Join(list.names[:min(n, shown)], " ")))
		}
	}
	if x.Orphans > 0 {
		say(look, what, fmt.Sprintf("%d 个文件共 %s 没有记录使用，多为上传中断留下，每天自动清理", x.Orphans, size(x.OrphanSize)))
	}
	how := "内容与校验值相符"
	if o.quick {
		how = "都在（--quick 没有核对内容）"
	}
	where := ""
	if r := st.Blobs().Remote(); r != "" {
		where = "，在对象存储 " + r
	}
	if len(x.Missing)+len(x.Damaged) == 0 {
		say(healthy, what, fmt.Sprintf("%d 个共 %s，%s%s", x.Named, size(x.Bytes), how, where))
	}
	switch {
	case x.Private == 0:
	case x.PrivateBlind:
		say(look, private, fmt.Sprintf("%d 个，没有加密密钥，没有核对内容", x.Private))
	case len(x.PrivateMissing)+len(x.PrivateDamaged) == 0:
		say(healthy, private, fmt.Sprintf("%d 个共 %s，%s", x.Private, size(x.PrivateBytes), how))
	}
	p.doctorScans(ctx, st, x, say)
}

func ids(list []int64) (out []string) {
	for _, id := range list {
		out = append(out, fmt.Sprint(id))
	}
	return out
}

func (p *program) doctorScans(ctx context.Context, st *store.Store, x *store.BlobInspection, say func(state, what, detail string)) {
	const what = "病毒检查"
	for i, f := range x.Infected {
		if i == shown {
			say(fault, what, fmt.Sprintf("另有 %d 个带有病毒的文件", len(x.Infected)-shown))
			break
		}
		say(fault, what, fmt.Sprintf("文件 %s 带有病毒 %s，已隔离，打不开，也不进备份；请通知上传的单位重新提供", f.File, f.Detail))
	}
	name, err := st.Scanner(ctx)
	switch {
	case err != nil:
		say(fault, what, "杀毒程序没有应答，新收的文件打不开；请检查 clamd 是否在运行（--clamd）："+plain(err))
		return
	case name == "":
		say(look, what, "没有配置杀毒程序，收下的文件没有检查（--clamd）")
		return
	}
	if n := len(x.Unscanned); n > 0 {
		say(look, what, fmt.Sprintf("%d 个文件检查不了，打不开，如 %s（%s）；文件过大的，调高 clamd 的 StreamMaxLength（不小于 %s）", n, x.Unscanned[0].File, x.Unscanned[0].Detail, size(store.MaxBlob)))
	}
	if x.Waiting > 0 {
		say(look, what, fmt.Sprintf("%d 个文件等待检查，检查前打不开", x.Waiting))
	}
	say(healthy, what, name)
}

// doctorSecret looks whether the secret opens what is sealed.
func (p *program) doctorSecret(ctx context.Context, st *store.Store, cfg config, say func(state, what, detail string)) {
	const what = "加密密钥"
	if _, err := cfg.readSecret(); err != nil {
		say(fault, what, plain(err))
		return
	}
	n, err := st.SealedRows(ctx)
	if err != nil {
		say(fault, what, plain(err))
		return
	}
	switch err := st.CheckSecret(ctx); {
	case err == nil && !exists(cfg.secretFile()):
		say(look, what, "还没有密钥，启动网站时自动生成")
	case err == nil:
		say(healthy, what, fmt.Sprintf("%s，与数据相符，加密的内容 %d 条；不在备份里，请另存一份", cfg.secretFile(), n))
	case errors.Is(err, store.ErrNoSecret) && n == 0:
		say(look, what, fmt.Sprintf("没有密钥 %s，也没有加密的内容；启动网站时生成新的", cfg.secretFile()))
	case errors.Is(err, store.ErrNoSecret):
		say(fault, what, fmt.Sprintf("密钥 %s 不见了，%d 条加密的内容（附件、身份材料、动态口令）读不出来，网站不能启动；请从密钥的备份放回原处", cfg.secretFile(), n))
	case errors.Is(err, store.ErrOtherSecret) && n == 0:
		say(look, what, fmt.Sprintf("%s 是新的密钥，没有加密的内容，启动网站时换用", cfg.secretFile()))
	case errors.Is(err, store.ErrOtherSecret):
		say(fault, what, fmt.Sprintf("%s 不是加密 %d 条内容的那把密钥，网站不能启动；请换回原来的密钥文件", cfg.secretFile(), n))
	default:
		say(fault, what, plain(err))
	}
}

// doctorPermissions looks who else on this machine may read data and keys.
// Windows has other rights, which this does not judge.
func (p *program) doctorPermissions(cfg config, say func(state, what, detail string)) {
	if runtime.GOOS == "windows" {
		return
	}
	const what = "权限"
	var seen []string
	good := true
	for _, f := range []struct {
		name  string
		allow fs.FileMode // bits that may be set beside those of the owner
		key   bool
	}{
		{cfg.data, 0o050, false}, {cfg.databaseFile(), 0o055, false}, {cfg.blobFolder(), 0o055, false},
		{cfg.logKeyFile(), 0, true}, {cfg.secretFile(), 0, true},
	} {
		i, err := os.Stat(f.name)
		if err != nil {
			continue // not there, or in a database server or bucket
		}
		if mode := i.Mode().Perm() & 0o077 &^ f.allow; mode != 0 {
			good = false
			if f.key {
				say(fault, what, fmt.Sprintf("密钥 %s 别的用户也能读（%v），请 chmod 600", f.name, i.Mode().Perm()))
			} else {
				say(look, what, fmt.Sprintf("%s 别的用户也能读写（%v），请去掉其他用户的权限：chmod o-rwx,g-w", f.name, i.Mode().Perm()))
			}
		}
		seen = append(seen, f.name)
	}
	if good && len(seen) > 0 {
		say(healthy, what, "数据和密钥只有本用户（和同组）能读")
	}
}
