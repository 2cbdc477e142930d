package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"gongkai/notify"
	"gongkai/store"
)

// channelsEvery is how often an instance says which channels it serves.
const channelsEvery = time.Hour

// keepJobs runs the background jobs, and sends notices on the channels that are
// configured, until the returned function is called.
func (p *program) keepJobs(ctx context.Context, st *store.Store, cfg config, out io.Writer) (stop func(), err error) {
	log := slog.New(slog.NewTextHandler(out, nil))
	channels := new(notify.Settings)
	if cfg.notify != "" {
		if channels, err = notify.Load(cfg.notify, p.now); err != nil {
			return nil, err
		}
	}
	if channels.Place == "" {
		channels.Place = cfg.county
	}
	channels.Root = cfg.address
	name, err := os.Hostname()
	if err != nil || name == "" {
		name = "gongkai"
	}
	if err := st.ServeChannels(ctx, name, channels.Names()); err != nil {
		return nil, err
	}
	// Search follows from the database: where its folder cannot be written, all
	// else goes on.
	searching := st.OpenSearch(filepath.Join(cfg.data, "search"))
	if searching != nil {
		log.Error("items cannot be searched", "error", searching)
	}
	kinds, schedule := st.Standing()
	if to := channels.Portal(); to != nil {
		to.Root = cfg.address
		kind, when := to.Kind(st)
		kinds, schedule = append(kinds, kind), append(schedule, when)
	}
	r := store.JobRunner{Name: name, Kinds: append(kinds, channels.Kinds(st, name)...), Schedule: schedule, Log: log}
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := st.RunJobs(ctx, r); err != nil && ctx.Err() == nil {
			log.Error("background jobs have not begun", "error", err)
		}
	})
	if searching == nil {
		wg.Go(func() { st.KeepSearch(ctx, log) })
	}
	wg.Go(func() {
		tick := time.NewTicker(channelsEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := st.ServeChannels(ctx, name, channels.Names()); err != nil && ctx.Err() == nil {
				log.Error("channels", "error", err)
			}
		}
	})
	return func() { cancel(); wg.Wait() }, nil
}

// doctorJobs looks at the background jobs and the channels.
func (p *program) doctorJobs(ctx context.Context, st *store.Store, say func(state, what, detail string)) {
	c, err := st.JobCounts(ctx)
	if err != nil {
		say(fault, "后台作业", plain(err))
		return
	}
	state, words := healthy, []string{fmt.Sprintf("等候 %d，正在运行 %d", c.Waiting, c.Running)}
	for _, x := range []struct {
		n    int64
		text string
	}{{c.Late, "%d 项过了时间还没有运行（网站没有启动，或没有实例能做这一类）"}, {c.Unkept, "%d 项定时作业没有按时运行"},
		{c.Unsettled, "%d 项定时作业上次没有成功"}, {c.Dead, "%d 项多次失败已停止，请在“设置—后台作业”中重试或放弃"}} {
		if x.n > 0 {
			state, words = look, append(words, fmt.Sprintf(x.text, x.n))
		}
	}
	say(state, "后台作业", strings.Join(words, "；"))
	channels, err := st.Channels(ctx)
	if err != nil {
		say(fault, "通知渠道", plain(err))
		return
	}
	for _, ch := range channels {
		switch {
		case ch.Error != "":
			say(look, "通知渠道", fmt.Sprintf("%s（%s）最近一条没有发出：%s", store.ChannelName(ch.Name), ch.Runner, ch.Error))
		default:
			say(healthy, "通知渠道", fmt.Sprintf("%s（%s）", store.ChannelName(ch.Name), ch.Runner))
		}
	}
}
