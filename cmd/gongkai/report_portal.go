package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gongkai/org"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/desk"
)

// portalCommand writes the package for a portal that the desk's page writes, of
// any number of reports.
func (p *program) portalCommand() *cobra.Command {
	var organ, output string
	var years []int
	var formats []string
	c := &cobra.Command{
		Use: "portal", Short: "门户文件包：把已发布的报告导出成门户网站可以直接使用的文件",
		Long: `把已发布的年度报告导出成一个 zip 文件：每份报告的网页、正文片段和附件，列表页，订阅源，
按门户字段名列出的清单，以及每个文件的 SHA-256。网站地址、栏目名称和字段对照表用工作台
“发布导出—门户网站设置”里的。导出记入留痕。发布以后，在工作台登记各份报告的门户网址。`,
		Example: `  gongkai report portal --organ 云岭县人民政府 --year 2025 -o 门户文件包.zip`,
	}
	c.Flags().StringVar(&organ, "organ", "", "机关的统一社会信用代码或者全称：导出它和它下面的机关")
	c.Flags().IntSliceVar(&years, "year", nil, "年度，可多次给出；缺省为最新的一个年度")
	c.Flags().StringSliceVar(&formats, "formats", render.PortalFormats(), "附件的格式；none 为不要附件")
	c.Flags().StringVarP(&output, "output", "o", "门户文件包.zip", "写到的文件，“-”为标准输出")
	return p.dataCommand(c, func(ctx context.Context, cfg config) error {
		if organ == "" {
			return errors.New("请用 --organ 写明哪个机关")
		}
		if slices.Equal(formats, []string{"none"}) {
			formats = []string{}
		}
		for _, f := range formats {
			if !slices.Contains(render.PortalFormats(), f) {
				return fmt.Errorf("没有 %s 这种附件；可以写 %s", f, strings.Join(render.PortalFormats(), "、"))
			}
		}
		return p.logged(ctx, cfg, func(st *store.Store) error {
			o, err := filerNamed(ctx, st, organ)
			if err != nil {
				return err
			}
			rows, err := portalChosen(ctx, st, o, years)
			if err != nil {
				return err
			}
			return p.writePortal(ctx, cfg, st, o, rows, formats, output)
		})
	})
}

// portalChosen are the published reports of an organ and everything below it.
func portalChosen(ctx context.Context, st *store.Store, o org.Organ, years []int) ([]store.PortalRow, error) {
	v := operator().Viewer
	if len(years) == 0 {
		list, err := st.PortalYears(ctx, v, o.ID)
		if err != nil {
			return nil, err
		}
		if len(list) > 0 {
			years = []int{list[0].Year}
		}
	}
	var out []store.PortalRow
	slices.Sort(years)
	for _, y := range slices.Compact(years) {
		q := store.PortalQuery{Viewer: v, Year: y, Under: o.ID, Limit: store.MaxReports}
		for {
			rows, next, err := st.PortalRows(ctx, q)
			if err != nil {
				return nil, err
			}
			out = append(out, rows...)
			if q.After = next; next == "" {
				break
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s和它下面的机关没有已发布的报告，没有可以导出的内容", o.Name)
	}
	return out, nil
}

func (p *program) writePortal(ctx context.Context, cfg config, st *store.Store, o org.Organ, rows []store.PortalRow, formats []string, output string) error {
	setup, err := desk.SetupOf(ctx, st, o)
	if err != nil {
		return err
	}
	var named []string
	for _, r := range rows {
		if y := strconv.Itoa(r.Year); !slices.Contains(named, y) {
			named = append(named, y)
		}
	}
	if _, err := st.NotePortalExport(ctx, operator(), o.ID, strings.Join(named, "、")+"年度", rows); err != nil {
		return refusalText(err)
	}
	last := p.now()
	set := render.PortalSet{From: o.Name, Site: cfg.county + "政府信息公开", Column: setup.Column, Base: setup.Base, Made: p.today(), Formats: formats, Columns: setup.Columns, Fonts: p.fonts,
		Reports: desk.PortalReports(ctx, st, rows, cfg.address), Progress: func(n int) {
			if now := p.now(); now.Sub(last) > 2*time.Second {
				last = now
				fmt.Fprintf(p.err, "导出：%d/%d 份\n", n, len(rows))
			}
		}}
	hash := ""
	write := func(w io.Writer) error {
		hash, err = render.Portal(w, set)
		var font *render.FontError
		if errors.As(err, &font) {
			return errors.New(font.Error() + "也可以用 --formats docx,xlsx,json,csv 不要 PDF。")
		}
		return err
	}
	if output == "-" {
		return write(p.out)
	}
	if err := wholeFile(output, write); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "已写出 %s：%d 份报告。清单 manifest.json 的 SHA-256：%s\n", output, len(rows), hash)
	return nil
}

// wholeFile writes a file that is there whole or not at all.
func wholeFile(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".gongkai-*")
	if err != nil {
		return err
	}
	err = write(f)
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
