package render

import (
	"io"

	"gongkai/law/annual"
)

// JSON writes the machine form of the report and its findings, one object.
func JSON(w io.Writer, r *annual.Report, o Options) error {
	b, err := annual.EncodeJSON("", r, o.Findings)
	if err != nil {
		return err
	}
	if len(b) == 0 || b[len(b)-1] != '\n' {
		b = append(b, '\n')
	}
	_, err = w.Write(b)
	return err
}
