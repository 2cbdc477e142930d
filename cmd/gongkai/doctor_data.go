package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gongkai/store"
)

// doctorData looks at everything the store keeps, without changing anything.
func (p *program) doctorData(ctx context.Context, cfg config, o doctorOptions, say func(state, what, detail string)) {
	st, err := store.Open(ctx, cfg.store(), cfg.asIs(), cfg.logOptions(), store.Options{Replica: cfg.replica})
	switch {
	case errors.Is(err, store.ErrNotFound):
		say(look, "数据", fmt.Sprintf("%s 里还不存在数据库，第一次启动网站时建立", cfg.where()))
		return
	case err != nil:
		say(fault, "数据", plain(storeError(err)))
		return
	}
	defer st.Close()
	current, known, err := st.Schema(ctx)
	switch {
	case err != nil:
		say(fault, "数据", plain(err))
		return
	case current == 0:
		say(look, "数据", cfg.where()+" 是空的数据库，第一次启动网站时建立各表")
		return
	case current < known:
		say(look, "数据", fmt.Sprintf("结构版本 %d，本程序 %d；先备份，再运行 gongkai migrate（启动网站也会自动升级），之后再体检", current, known))
		return
	}
	s, err := st.Stats(ctx)
	if err != nil { // of the database, or the bucket does not answer: the rest is looked at all the same
		say(fault, "数据", plain(err))
	} else {
		say(healthy, "数据", fmt.Sprintf("%s，结构版本 %d，机关 %d，报告 %d（旧版 %d），数据库 %s，原件 %d 个共 %s",
			s.Dialect, s.Schema, s.Organs, s.Reports, s.Versions, size(s.Bytes), s.Blobs, size(s.BlobSize)))
	}
	doctorReplica(ctx, st, say)
	newest := p.doctorRecords(ctx, st, say)
	p.doctorBlobs(ctx, st, o, say)
	p.doctorSecret(ctx, st, cfg, say)
	p.doctorLog(ctx, st, cfg, say)
	p.doctorJobs(ctx, st, say)
	p.doctorZone(ctx, st, say)
	p.doctorClock(ctx, st, newest, say)
}

// doctorReplica says whether the replica can be read. Without it the site works
// on, so that none of this is an error.
func doctorReplica(ctx context.Context, st *store.Store, say func(state, what, detail string)) {
	r, set := st.WaitReplica(ctx)
	if !set {
		return
	}
	why := map[string]string{
		store.ReplicaAway:    "连接不上",
		store.ReplicaPrimary: "所列的服务器里没有在运行的从库（不在恢复状态）",
		store.ReplicaOther:   "是另一个数据库的从库，请核对 --replica 的地址",
		store.ReplicaBehind:  fmt.Sprintf("%s 落后主库超过 %d 秒", r.Server, int(store.ReplicaLag.Seconds())),
	}[r.Why]
	if why == "" {
		say(healthy, "从库", fmt.Sprintf("%s 可以读，落后主库不到 %.1f 秒", r.Server, r.Lag.Seconds()+0.1))
		return
	}
	if r.Error != nil {
		why += "：" + oneLine(plain(r.Error))
	}
	say(look, "从库", why+"。公众页面改由主库回答，网站照常；请检查从库和复制")
}

// faultText says what a fault means and what to do.
var faultText = map[string]string{
	store.FaultFile:    "数据库文件损坏，请从备份恢复",
	store.FaultFigures: "数字读不出，请从备份恢复",
	store.FaultDetail:  "文字和出处读不出，请从备份恢复",
	store.FaultColumn:  "列表所列与报告内容不一致",
	store.FaultHistory: "缺少早先的版本",
	store.FaultOrgan:   "机关的记录与内容不一致",
	store.FaultFiling:  "报送记录与内容或已发布的报告不一致",
	store.FaultItem:    "主动公开信息的登记、文稿或附件与办理记录不一致",
	store.FaultRequest: "申请的登记与办理记录不一致",
	store.FaultCounted: "签署的计入单位名单或汇总底数与签署时不一致",
}

// shown is how many faults of a kind are printed.
const shown = 10

func (p *program) doctorRecords(ctx context.Context, st *store.Store, say func(state, what, detail string)) (newest time.Time) {
	x, err := st.Inspect(ctx, p.dataProgress("体检", false))
	if err != nil {
		say(fault, "记录", plain(err))
		return newest
	}
	for i, f := range x.Faults {
		if i == shown {
			say(fault, "记录", fmt.Sprintf("另有 %d 处", x.Count-shown))
			break
		}
		var where string
		switch {
		case f.Year > 0:
			where = fmt.Sprintf("%s %d年度报告第%d版：", f.Name, f.Year, f.Version)
		case f.Name != "":
			where = f.Name + "："
		}
		say(fault, "记录", where+faultText[f.Kind]+"（"+f.Detail+"）")
	}
	if x.Count == 0 {
		say(healthy, "记录", fmt.Sprintf("机关 %d 个、报告 %d 份、旧版 %d 份逐份读出，列表与内容一致", x.Organs, x.Reports, x.Versions))
	}
	return x.Newest
}

// Clocks that differ by more than this are worth a look, or make wrong dates.
const (
	clockLook  = 5 * time.Second
	clockFault = 5 * time.Minute
)

func (p *program) doctorClock(ctx context.Context, st *store.Store, newest time.Time, say func(state, what, detail string)) {
	before := p.now()
	at, err := st.Clock(ctx)
	if err != nil {
		say(fault, "时钟", plain(err))
		return
	}
	after := p.now()
	off := at.Sub(before.Add(after.Sub(before) / 2))
	state, detail := healthy, after.In(beijing).Format(time.DateTime)+"，与数据库的时钟一致"
	if off.Abs() > time.Second {
		detail = fmt.Sprintf("%s，与数据库的时钟相差 %.1f 秒", after.In(beijing).Format(time.DateTime), off.Seconds())
	}
	switch {
	case off.Abs() > clockFault:
		state, detail = fault, detail+"；请校准两边的时钟（NTP）"
	case off.Abs() > clockLook:
		state, detail = look, detail+"；请校准两边的时钟（NTP）"
	}
	if ahead := newest.Sub(at); ahead > clockFault {
		if state != fault {
			state = look
		}
		detail += fmt.Sprintf("；最新的报告保存于 %s，晚于现在，时钟曾经或现在不准", newest.In(beijing).Format(time.DateTime))
	}
	say(state, "时钟", detail)
}

// Space below which an operator should look, and below which saving may fail.
const (
	spaceLook  = 1 << 30
	spaceFault = 100 << 20
)

// doctorDisk looks at the free space where data and files lie.
func (p *program) doctorDisk(cfg config, say func(state, what, detail string)) {
	folders := []string{cfg.data}
	if cfg.database != "" {
		folders = nil
	}
	if blobs := cfg.blobFolder(); cfg.database != "" || cfg.blobs != "" {
		if strings.HasPrefix(blobs, "s3:") {
			blobs = os.TempDir() // what goes to a bucket passes through here
		}
		folders = append(folders, blobs)
	}
	for _, dir := range folders {
		for !exists(dir) && filepath.Dir(dir) != dir { // not made yet: where it will be
			dir = filepath.Dir(dir)
		}
		switch free, err := diskFree(dir); {
		case err != nil:
			say(look, "磁盘", dir+"：无法得知剩余空间")
		case free < spaceFault:
			say(fault, "磁盘", fmt.Sprintf("%s 剩余 %s，保存随时可能失败，请立即清理", dir, size(free)))
		case free < spaceLook:
			say(look, "磁盘", fmt.Sprintf("%s 剩余 %s，请清理", dir, size(free)))
		default:
			say(healthy, "磁盘", fmt.Sprintf("%s 剩余 %s", dir, size(free)))
		}
	}
	if left := cfg.databaseFile() + ".restoring"; cfg.database == "" && exists(left) {
		say(look, "数据", left+" 是上次恢复中断留下的（或恢复正在进行）；确认没有恢复在进行后删除，恢复到新文件夹")
	}
}
