package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gongkai/internal/sample"
	"gongkai/store"
	"gongkai/web/desk"
	"gongkai/web/items"
	"gongkai/web/lead"
	"gongkai/web/office"
	"gongkai/web/outlets"
	"gongkai/web/page"
	"gongkai/web/requests"
	"gongkai/web/signin"
	"gongkai/web/site"
)

func (p *program) serveCommand() *cobra.Command {
	var cfg config
	var file string
	var show bool
	c := &cobra.Command{
		Use: "serve", Short: "启动网站", Args: cobra.NoArgs,
		Long: `启动网站。设置依次取自：命令行、环境变量（GONGKAI_ADDR 等）、--config 文件、缺省值。
PostgreSQL 地址可放在 GONGKAI_DATABASE_FILE 指定的文件里。`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file == "" {
				file = p.getenv("GONGKAI_CONFIG")
			}
			if err := settle(cmd.Flags(), p.getenv, file); err != nil {
				return err
			}
			if show {
				for _, l := range effective(cmd.Flags()) {
					fmt.Fprintln(p.out, l)
				}
				return nil
			}
			cfg.fonts = p.fonts
			if err := cfg.validate(); err != nil {
				return err
			}
			return p.serve(cmd.Context(), cfg, p.err, func(address string) { p.announce(cfg, address) })
		},
	}
	cfg.flags(c.Flags())
	c.Flags().StringVar(&file, "config", "", "配置文件，每行“名称 = 值”，名称同命令行参数")
	c.Flags().BoolVar(&show, "print-config", false, "显示生效的设置后退出")
	return c
}

func (p *program) announce(cfg config, address string) {
	fmt.Fprintf(p.out, "网站已启动：%s\n", address)
	if cfg.sample {
		fmt.Fprintf(p.out, "示例县的机关、人员和数据均为虚构。工作台：%s/desk\n示例登录（sample login）：账号 %s，口令 %s\n其他账号，口令相同：\n", address, sample.Administrator, sample.Password)
		for _, l := range sample.Logins() {
			if l.Login != sample.Administrator {
				fmt.Fprintf(p.out, "  %-10s%s（%s）：%s\n", l.Login, l.Name, l.Organ, l.Posts)
			}
		}
	}
	if cfg.checking && !loopback(cfg.addr) {
		fmt.Fprintln(p.err, "注意：核对、填报、收报页面不需要登录，而本网站不只在本机可见；请只在内网这样使用。")
	}
	fmt.Fprintln(p.out, "按 Ctrl+C 停止。")
}

// serve opens the store, listens and serves until ctx ends, then lets running
// requests finish. ready is called with the address once it listens.
func (p *program) serve(ctx context.Context, cfg config, log io.Writer, ready func(address string)) error {
	if cfg.zone.side == outer {
		return p.serveOuter(ctx, cfg, log, ready)
	}
	if cfg.database == "" || cfg.blobs == "" {
		if err := os.MkdirAll(cfg.data, 0o750); err != nil {
			return fmt.Errorf("数据文件夹 %s：%w", cfg.data, err)
		}
	}
	st, err := p.openLogged(ctx, cfg)
	if err != nil {
		return err
	}
	defer st.Close()
	if cfg.sample {
		if cfg.county == "" {
			cfg.county = sample.Name
		}
		if err := sample.Load(ctx, st, p.today()); err != nil {
			return err
		}
		if err := sample.LoadPeople(ctx, st, p.today()); err != nil {
			if ctx.Err() == nil { // a start that was broken off leaves half a county
				err = fmt.Errorf("示例县没有载入完整，上次启动可能中途停下了。请删除数据文件夹 %s 后再启动；其中有自己录入的数据的，先备份：%w", cfg.data, err)
			}
			return err
		}
	}
	defer p.keepLog(ctx, st, cfg, slog.New(slog.NewTextHandler(log, nil)))()
	stopJobs, err := p.keepJobs(ctx, st, cfg, log)
	if err != nil {
		return err
	}
	defer stopJobs()
	defer p.keepZone(ctx, st, cfg, log)()
	h, public, err := p.handler(cfg, st, log)
	if err != nil {
		return err
	}
	defer keepReads(ctx, public, slog.New(slog.NewTextHandler(log, nil)))()
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.addr)
	if err != nil {
		return fmt.Errorf("不能在 %s 监听，可能已被其他程序占用，请换一个端口：%w", cfg.addr, err)
	}
	srv := page.Server(cfg.addr, h)
	srv.ErrorLog = slog.NewLogLogger(slog.NewTextHandler(log, nil), slog.LevelWarn)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	ready("http://" + visible(l.Addr().String()))
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	// The context is over; what is still being answered gets its own time.
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	if err := srv.Shutdown(end); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return srv.Close()
	}
	return nil
}

func storeError(err error) error {
	if errors.Is(err, store.ErrNewer) {
		return errors.New("数据由更新版本的程序写成，请使用新版本的 gongkai 打开")
	}
	if errors.Is(err, store.ErrOtherSecret) {
		return errors.New("数据里加密的内容用的不是现在这把加密密钥（数据文件夹里的 secret.key，或 --secret-key 所指的文件）；请换回原来的密钥文件再启动，没有改动任何数据")
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("打不开数据库：%v", err) // a server that is not there is no missing file
}

// readsEvery is how often an instance writes down how often items were read.
const readsEvery = time.Minute

// keepReads keeps the counts of readers until the returned function is called,
// which keeps the rest.
func keepReads(ctx context.Context, public *site.Site, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	keep := func(ctx context.Context) {
		if err := public.KeepReads(ctx); err != nil && ctx.Err() == nil {
			log.Error("counts of readers wait", "error", err)
		}
	}
	go func() {
		defer close(done)
		tick := time.NewTicker(readsEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				keep(ctx)
			case <-ctx.Done():
				last, end := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
				defer end()
				keep(last)
				return
			}
		}
	}()
	return func() { cancel(); <-done }
}

// handler wires site and desk.
func (p *program) handler(cfg config, st *store.Store, log io.Writer) (http.Handler, *site.Site, error) {
	pc := &page.Config{County: cfg.county, Address: cfg.address, Checking: cfg.checking, Today: p.today, Now: p.now,
		Log: slog.New(slog.NewTextHandler(log, nil)), Nav: desk.Nav(), Fonts: cfg.fonts}
	if cfg.tryLinks {
		pc.TryLink = linkTrier()
	}
	d, err := desk.New(pc, st)
	if err != nil {
		return nil, nil, err
	}
	ways, err := cfg.signing.options(cfg.address)
	if err != nil {
		return nil, nil, err
	}
	in, err := signin.New(pc, st, ways)
	if err != nil {
		return nil, nil, err
	}
	pc.Visit = in.Visit
	work, err := office.New(pc, st)
	if err != nil {
		return nil, nil, err
	}
	pc.Unread, pc.Calendar = work.Unread, work.Calendar
	leading, err := lead.New(pc, st)
	if err != nil {
		return nil, nil, err
	}
	disclosure, err := items.New(pc, st)
	if err != nil {
		return nil, nil, err
	}
	channels, err := outlets.New(pc, st)
	if err != nil {
		return nil, nil, err
	}
	files, err := requests.New(pc, st)
	if err != nil {
		return nil, nil, err
	}
	pc.Desk = slices.Concat(office.Nav(), items.Nav(), outlets.Nav(), requests.Nav(), desk.Entries(), lead.Nav())
	mux := http.NewServeMux()
	in.Install(mux)
	work.Install(mux)
	leading.Install(mux)
	disclosure.Install(mux)
	channels.Install(mux)
	files.Install(mux)
	pc.Install(mux, pc.Routes()...)
	public := site.New(pc, st, page.Link{Key: "check", Text: "核对报告", Href: "/check"})
	pc.Install(mux, public.Routes()...)
	d.Install(mux)
	h := pc.Guard(in.Limit(mux))
	if loopback(cfg.addr) && cfg.address == "" {
		h = sameMachine(h)
	}
	return h, public, nil
}

// loopback reports whether an address can be reached from this machine only.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// sameMachine refuses requests whose host name is not this machine: a page
// elsewhere could point a name of its own at 127.0.0.1 and read what is open
// here without a sign-in.
func sameMachine(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
		if host != "localhost" && (err != nil || !ip.IsLoopback()) {
			http.Error(w, "本程序只在本机开放，请用 127.0.0.1 访问。", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// visible turns a wildcard address into one that a browser can open.
func visible(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
