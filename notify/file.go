package notify

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// fileSender writes a message under its number, whole or not at all.
func fileSender(dir string) func(context.Context, Message) error {
	return func(_ context.Context, m Message) error {
		name := filepath.Join(dir, fmt.Sprintf("%d.txt", m.ID))
		if err := os.WriteFile(name+".part", fmt.Appendf(nil, "收件人编号：%d\n标题：%s\n\n%s\n", m.Person, m.Title, m.Text), 0o600); err != nil {
			return err
		}
		return os.Rename(name+".part", name)
	}
}
