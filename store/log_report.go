package store

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"gongkai/act"
)

// unlogged finds published reports whose present version has no entry.
func (v *checking) unlogged() error {
	rows, err := v.tx.QueryContext(v.ctx, `select r.organ, r.year, r.version, coalesce((select l.body from log_leaf l
			where l.ref = 'report/' || cast(r.organ as text) || '/' || cast(r.year as text) order by l.seq desc limit 1), '')
		from report r where r.published <> '' order by r.year, r.organ`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var organ, version, logged int64
		var year int
		var body []byte
		if err := rows.Scan(&organ, &year, &version, &body); err != nil {
			return err
		}
		if a, err := act.ParseLeaf(body); err == nil {
			if r, ok := a.Body.(act.Report); ok {
				logged = r.Version
			}
		}
		if logged < version {
			v.Unlogged = append(v.Unlogged, act.ReportRef(organ, year))
		}
	}
	return rows.Err()
}

// wider scans more columns than a reader of rows knows of.
type wider struct {
	row  scanner
	more []any
}

func (w wider) Scan(dest ...any) error { return w.row.Scan(append(slices.Clip(dest), w.more...)...) }

// report holds an entry against the report that is kept.
func (v *checking) report(e logRow, ref string, body act.Report) error {
	var organ int64
	var year int
	if n, _ := fmt.Sscanf(ref, "report/%d/%d", &organ, &year); n != 2 || act.ReportRef(organ, year) != ref || year != body.Year {
		v.add(FaultEdited, e.idx, e.name, "存证内容写的报告编号无法识别。")
		return nil
	}
	var source string
	row := v.tx.QueryRowContext(v.ctx, `select r.version, r.edition, r.published, r.file_name, r.figures, d.body, r.file_hash
		from report r join report_detail d on d.year = r.year and d.organ = r.organ
		where r.year = $1 and r.organ = $2 and r.version = $3
		union all
		select version, edition, published, file_name, figures, body, file_hash
		from report_version where year = $1 and organ = $2 and version = $3`, year, organ, body.Version)
	f, err := v.s.scanFiled(wider{row, []any{&source}}, organ, year)
	if errors.Is(err, sql.ErrNoRows) {
		v.add(FaultReport, e.idx, e.name, "这一版报告已经存证，数据库里却没有，可能被删除。")
		return nil
	}
	if err != nil {
		if v.ctx.Err() != nil {
			return err
		}
		v.add(FaultReport, e.idx, e.name, "数据库里的这一版报告已损坏，无法读出：%v", err)
		return nil
	}
	content, err := contentHash(f.Report)
	if err != nil {
		return err
	}
	switch {
	case content != body.Content:
		v.add(FaultReport, e.idx, e.name, "数据库里的数字或文字与存证时不同，报告在存证之后被直接改动。")
	case f.Published != body.Published || f.Report.Form.Edition != body.Edition:
		v.add(FaultReport, e.idx, e.name, "数据库里的发布日期或格式版本与存证时不同（存证为%s）。", body.Published)
	case source != body.Source:
		v.add(FaultReport, e.idx, e.name, "数据库登记的原件与存证时不是同一个文件。")
	}
	return nil
}
