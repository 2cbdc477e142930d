package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gongkai/store"
	"gongkai/translog"
	"gongkai/web/page"
	"gongkai/web/site"
	"gongkai/zone"
)

// zoned is what an instance is told of the other zone 内外网分区. On both sides
// from is the folder that is read and to the one that is written.
type zoned struct {
	side  string // "", or outer for a public site of its own
	from  string
	to    string
	key   string
	every time.Duration
}

const outer = "outer"

func (z *zoned) flags(f *pflag.FlagSet) {
	f.StringVar(&z.side, "zone", "", "写 outer：只作外网的公开网站，没有工作台，不登录；内容来自 --zone-from 的数据包")
	f.StringVar(&z.from, "zone-from", "", "内外网分区：从这个文件夹读对方送来的文件")
	f.StringVar(&z.to, "zone-to", "", "内外网分区：把送给对方的文件写进这个文件夹")
	f.StringVar(&z.key, "zone-key", "", "外网用：内网公开存证的公钥文件（内网数据文件夹里的 log.pub）")
	f.DurationVar(&z.every, "zone-every", time.Minute, "内外网分区：多久收发一次；紧急撤下随时送出")
}

func (z *zoned) validate() error {
	switch {
	case z.side != "" && z.side != outer:
		return errors.New("--zone 只能写 outer；内网不写")
	case z.side == outer && (z.from == "" || z.key == ""):
		return errors.New("--zone outer 还要有 --zone-from（放内网数据包的文件夹）和 --zone-key（内网公钥文件 log.pub）")
	case z.from != "" && z.from == z.to:
		return errors.New("--zone-from 和 --zone-to 不能是同一个文件夹")
	case z.side+z.from+z.to != "" && z.every < 100*time.Millisecond:
		return errors.New("--zone-every 太短")
	}
	return nil
}

// keys reads the public keys of the inner side.
func (z *zoned) keys() (translog.Keys, error) {
	b, err := os.ReadFile(z.key)
	if err != nil {
		return translog.Keys{}, fmt.Errorf("内网的公钥 %s：%w", z.key, err)
	}
	k, err := translog.ReadKeys(string(b))
	if err != nil {
		return k, fmt.Errorf("内网的公钥 %s 无法识别；请用内网数据文件夹里的 log.pub", z.key)
	}
	return k, nil
}

func (p *program) zoneCommand() *cobra.Command {
	c := &cobra.Command{Use: "zone", Short: "内外网分区：内网的数据包送出，外网的申请收进",
		Long: `工作台在内网、公开网站在外网，两边不连通时使用：内网把公开的内容写成签名的数据包，
由网闸、rsync 或移动盘搬到外网；外网收到的申请加密成文件，由内网取回。两边都只读写文件夹。`}
	var to, from string
	var full bool
	o := &cobra.Command{Use: "out", Short: "把公开的内容写成数据包（内网）"}
	o.Flags().StringVar(&to, "to", "", "写到这个文件夹；缺省用 --zone-to")
	o.Flags().BoolVar(&full, "full", false, "送出全部公开的内容，外网缺包或者重装时用")
	i := &cobra.Command{Use: "in", Short: "取回外网收到的申请（内网）"}
	i.Flags().StringVar(&from, "from", "", "从这个文件夹取；缺省用 --zone-from")
	c.AddCommand(p.dataCommand(o, func(ctx context.Context, cfg config) error {
		if to == "" {
			to = cfg.zone.to
		}
		if to == "" {
			return errors.New("请用 --to 指定放数据包的文件夹")
		}
		return p.withInner(ctx, cfg, func(st *store.Store) error {
			if err := zone.Tell(ctx, st, p.today()); err != nil {
				return err
			}
			n, err := zone.Out(ctx, st, to, full)
			if err != nil {
				return err
			}
			if n == 0 {
				fmt.Fprintln(p.out, "没有新的公开内容，没有写数据包。")
			} else {
				fmt.Fprintf(p.out, "已写 %d 个数据包到 %s。\n", n, to)
			}
			return nil
		})
	}), p.dataCommand(i, func(ctx context.Context, cfg config) error {
		if from == "" {
			from = cfg.zone.from
		}
		if from == "" {
			return errors.New("请用 --from 指定放外网申请的文件夹")
		}
		return p.withInner(ctx, cfg, func(st *store.Store) error {
			n, faults, err := zone.Pull(ctx, st, from, p.today())
			for _, f := range faults {
				fmt.Fprintln(p.err, f)
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(p.out, "收进 %d 件。\n", n)
			if len(faults) > 0 {
				return exitError(faulty)
			}
			return nil
		})
	}))
	return c
}

func (p *program) withInner(ctx context.Context, cfg config, run func(*store.Store) error) error {
	if cfg.zone.side == outer {
		return errors.New("这是外网的公开网站，没有可以送出的数据；请在内网运行")
	}
	st, err := p.openLogged(ctx, cfg)
	if err != nil {
		return err
	}
	defer st.Close()
	return run(st)
}

// urgentEvery is how often the inner side looks for removals in emergency, and the
// outer one for packages.
const urgentEvery = 2 * time.Second

// keepZone sends out and takes in, on the inner side, until the returned function
// is called.
func (p *program) keepZone(ctx context.Context, st *store.Store, cfg config, out io.Writer) (stop func()) {
	z := cfg.zone
	if z.to == "" && z.from == "" {
		return func() {}
	}
	log := slog.New(slog.NewTextHandler(out, nil))
	stamp := ""
	var next time.Time
	return repeat(ctx, min(urgentEvery, z.every), log, func(ctx context.Context) error {
		var err error
		urgent := false
		if z.to != "" {
			if urgent, err = zone.Urgent(ctx, st, z.to); err != nil {
				return err
			}
		}
		if now := p.now(); urgent || !now.Before(next) {
			next = now.Add(z.every)
		} else {
			return nil
		}
		if z.from != "" {
			_, faults, err := zone.Pull(ctx, st, z.from, p.today())
			for _, f := range faults {
				log.Warn("from outside", "problem", f)
			}
			if err != nil {
				return err
			}
		}
		if z.to == "" {
			return nil
		}
		if err := zone.Tell(ctx, st, p.today()); err != nil {
			return err
		}
		now, err := st.ZoneStamp(ctx)
		if err != nil || now == stamp && !urgent {
			return err
		}
		if _, err = zone.Out(ctx, st, z.to, urgent); err == nil {
			stamp = now
		}
		return err
	})
}

// repeat does something again and again until the returned function is called. The
// same error is said once.
func repeat(ctx context.Context, every time.Duration, log *slog.Logger, do func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		said := ""
		for {
			err := do(ctx)
			switch {
			case ctx.Err() != nil:
				return
			case err == nil:
				said = ""
			case err.Error() != said:
				said = err.Error()
				log.Error("between the zones", "error", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(every):
			}
		}
	})
	return func() { cancel(); wg.Wait() }
}

// serveOuter serves the public site of a zone of its own: no desk, no sign-in, no
// background jobs. It reads a folder and writes a folder, and calls nobody.
func (p *program) serveOuter(ctx context.Context, cfg config, out io.Writer, ready func(address string)) error {
	keys, err := cfg.zone.keys()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(cfg.data, 0o750); err != nil {
		return fmt.Errorf("数据文件夹 %s：%w", cfg.data, err)
	}
	o, err := p.working(ctx, cfg)
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, cfg.store(), o)
	if err != nil {
		return storeError(err)
	}
	defer st.Close()
	now, err := zone.Keys(ctx, st, keys)
	if err != nil {
		return err
	}
	if err := st.FollowLog(now); err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(out, nil))
	if err := st.OpenSearch(filepath.Join(cfg.data, "search")); err != nil {
		log.Error("items cannot be searched", "error", err)
	} else {
		searching, end := context.WithCancel(ctx)
		var wg sync.WaitGroup
		wg.Go(func() { st.KeepSearch(searching, log) })
		defer func() { end(); wg.Wait() }()
	}
	box := zone.Box{Folder: cfg.zone.to, Store: st}
	if box.Folder == "" {
		box.Folder = filepath.Join(cfg.data, "outbox")
	}
	said := ""
	defer repeat(ctx, min(urgentEvery, cfg.zone.every), log, func(ctx context.Context) error {
		r, err := zone.Take(ctx, st, cfg.zone.from, keys)
		if words := strings.TrimSpace(r.Problem + " " + r.Waiting); words != said {
			if said = words; words != "" {
				log.Warn("packages from inside", "problem", words)
			}
		}
		if err != nil {
			return err
		}
		return box.Sweep(ctx)
	})()
	pc := &page.Config{County: cfg.county, Address: cfg.address, Today: p.today, Now: p.now, Log: log, Fonts: cfg.fonts}
	public := site.New(pc, st, page.Link{})
	mux := http.NewServeMux()
	pc.Install(mux, pc.Routes()...)
	pc.Install(mux, public.OutsideRoutes(box)...)
	defer keepReads(ctx, public, log)()
	h := pc.Guard(mux)
	if loopback(cfg.addr) && cfg.address == "" {
		h = sameMachine(h)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.addr)
	if err != nil {
		return fmt.Errorf("不能在 %s 监听，可能已被其他程序占用，请换一个端口：%w", cfg.addr, err)
	}
	srv := page.Server(cfg.addr, h)
	srv.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	ready("http://" + visible(l.Addr().String()))
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	if err := srv.Shutdown(end); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return srv.Close()
	}
	return nil
}

// doctorZone says how far packages have come, where there are two zones.
func (p *program) doctorZone(ctx context.Context, st *store.Store, say func(state, what, detail string)) {
	made, taken, err := st.ZoneLast(ctx)
	if err != nil {
		say(fault, "内外网分区", plain(err))
		return
	}
	if made > 0 {
		say(healthy, "内外网分区", fmt.Sprintf("已写到第 %d 号数据包", made))
	}
	if taken == 0 {
		return
	}
	problem, err := zone.Problem(ctx, st)
	switch {
	case err != nil:
		say(fault, "内外网分区", plain(err))
	case problem != "":
		say(fault, "内外网分区", problem)
	default:
		say(healthy, "内外网分区", fmt.Sprintf("已接收到第 %d 号数据包", taken))
	}
}
