package main

import (
	"context"
	"fmt"
	"os"

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

// doctorLog recomputes the log and says what does not agree.
func (p *program) doctorLog(ctx context.Context, st *store.Store, cfg config, say func(state, what, detail string)) {
	const what = "公开存证"
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
	if b, err := os.ReadFile(cfg.anchorFile()); err == nil {
		anchors = append(anchors, b)
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
		say(fault, what, f.Where+"："+f.Text)
	}
	if n := len(c.Unlogged); n > 0 {
		say(look, what, fmt.Sprintf("%d 份已发布的报告没有存证（%s 等）：可能在没有密钥时发布，也可能存证被删除", n, c.Unlogged[0]))
	}
	if len(c.Faults) > 0 {
		return
	}
	detail := fmt.Sprintf("%d 条，检查点 %d 个，全部重新计算相符，与库内报告一致", c.Size, c.Checkpoints)
	if c.Waiting > 0 {
		detail += fmt.Sprintf("；%d 条待编号", c.Waiting)
	}
	if c.Anchors > 0 {
		detail += "；与库外保存的检查点 " + cfg.anchorFile() + " 相符"
	} else if c.Size > 0 {
		detail += "；没有库外保存的检查点可比"
	}
	say(healthy, what, detail)
}
