package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"gongkai/law"
	"gongkai/store"
)

// logOptions is the key for those who only read.
func (c *config) logOptions() store.Options {
	k, err := c.readLogKey()
	if err != nil {
		return store.Options{}
	}
	return store.Options{Signer: k}
}

// doctorLog recomputes both logs and says what does not agree.
func (p *program) doctorLog(ctx context.Context, st *store.Store, cfg config, say func(state, what, detail string)) {
	const what = store.PublicLogName
	begun, err := st.LogBegun(ctx)
	switch {
	case err != nil:
		say(fault, what, plain(err))
		return
	case st.LogKey() == nil && begun:
		say(look, what, fmt.Sprintf("没有密钥 %s（备份里不含密钥），没有核对，也不能继续存证；请从密钥的备份放回原处", cfg.logKeyFile()))
		return
	case st.LogKey() == nil:
		say(look, what, "还没有密钥，发布的报告没有存证；启动网站时自动生成")
		return
	}
	var anchors [][]byte
	var names []string
	for _, name := range cfg.anchorFiles() {
		if b, err := os.ReadFile(name); err == nil {
			anchors, names = append(anchors, b), append(names, name)
		}
	}
	c, err := st.VerifyLog(ctx, anchors...)
	if err != nil {
		say(fault, what, plain(err))
		return
	}
	for i, f := range c.Faults {
		if i == shown {
			say(fault, what, fmt.Sprintf("另有 %d 处", len(c.Faults)+c.More-shown))
			break
		}
		say(fault, f.Log, f.Where+"："+f.Text)
	}
	if n := len(c.Unlogged); n > 0 {
		say(look, what, fmt.Sprintf("%d 份已发布的报告没有存证（%s 等）：可能在没有密钥时发布，也可能存证被删除", n, c.Unlogged[0]))
	}
	if _, retired := st.LogKeyRetired(); retired {
		say(look, what, fmt.Sprintf("%s 里的密钥已经停用，另一把密钥接替了它；请放回接替的密钥，见手册“更换密钥”", cfg.logKeyFile()))
	}
	if len(c.Faults) > 0 {
		return
	}
	public := counted(c.LogCount) + "，全部重新计算相符，与库内报告一致"
	if c.Earlier > 0 {
		public += fmt.Sprintf("；%d 条早于内部存证启用", c.Earlier)
	}
	if c.Anchors+c.Office.Anchors > 0 {
		public += "；与库外保存的检查点相符：" + strings.Join(names, "、")
	} else if c.Size > 0 {
		public += "；没有库外保存的检查点可比"
	}
	say(healthy, what, public)
	office := counted(c.Office) + "，全部重新计算相符，与办理记录、公开存证一致"
	if c.Office.Erased > 0 {
		office += fmt.Sprintf("；%d 条的附带内容已按规定清除，各有清除记录", c.Office.Erased)
	}
	say(healthy, store.OfficeLogName, office)
	// What waits has no number yet; with a working key that takes a moment.
	for name, n := range map[string]store.LogCount{what: c.LogCount, store.OfficeLogName: c.Office} {
		if since := time.UnixMilli(n.Since); n.Waiting > 0 && p.now().Sub(since) > time.Minute {
			say(look, name, fmt.Sprintf("%d 条等待编号，最早的自 %s 起：网站没有运行，或者密钥不对", n.Waiting, since.In(law.Beijing).Format(time.DateTime)))
		}
	}
}

func counted(n store.LogCount) string {
	s := fmt.Sprintf("%d 条，检查点 %d 个", n.Size, n.Checkpoints)
	if n.Waiting > 0 {
		s += fmt.Sprintf("，%d 条待编号", n.Waiting)
	}
	return s
}
