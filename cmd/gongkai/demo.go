package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"gongkai/collect"
	"gongkai/internal/sample"
)

func (p *program) demoCommand() *cobra.Command {
	var data, files string
	var year int
	c := &cobra.Command{
		Use: "demo", Short: "载入示例县，或写出一套收报用的示例文件", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if files != "" {
				return p.demoFiles(files, year)
			}
			if err := os.MkdirAll(data, 0o750); err != nil {
				return err
			}
			cfg := config{data: data}
			st, err := p.openLogged(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			defer st.Close()
			if err := sample.Load(cmd.Context(), st, p.today()); err != nil {
				return err
			}
			fmt.Fprintf(p.out, "示例县已载入 %s；启动网站：gongkai serve --data %s --checking --county %s\n", data, data, sample.Name)
			return nil
		},
	}
	c.Flags().StringVar(&data, "data", "gongkai-data", "数据文件夹")
	c.Flags().StringVar(&files, "files", "", "把四十个示例文件和应报名单写到这个文件夹，供一月收报试用")
	c.Flags().IntVar(&year, "year", sample.LastYear, "示例文件的报告年度")
	return c
}

// demoFiles writes a folder to try the January kit on.
func (p *program) demoFiles(dir string, year int) error {
	if year < sample.FirstYear || year > sample.LastYear {
		return fmt.Errorf("示例只有%d至%d年度", sample.FirstYear, sample.LastYear)
	}
	all, err := sample.Files(year)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	all = append(all, collect.File{Name: "名单.txt", Data: []byte(sample.List())})
	for _, f := range all {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o644); err != nil {
			return err
		}
	}
	fmt.Fprintf(p.out, "已写出 %d 个文件到 %s；试一试：\n  gongkai report collect %s --organs %s --from %s --year %d\n",
		len(all), dir, dir, filepath.Join(dir, "名单.txt"), sample.Office, year)
	return nil
}
