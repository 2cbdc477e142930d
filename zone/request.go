package zone

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/deadline"
	"gongkai/store"
)

// Bounds of what is sent.
const (
	maxSent  = 64 << 20
	maxBox   = 10_000 // files that may wait outside
	maxFiles = 10
)

// A Sent is an application as the public site took it, before it is encrypted.
type Sent struct {
	Code      string             `json:"code"` // drawn outside; its sender has it
	On        law.Date           `json:"on"`
	Organ     int64              `json:"organ,string"`
	Applicant casework.Applicant `json:"applicant"`
	Content   casework.Content   `json:"content"`
	Files     []SentFile         `json:"files,omitempty"`
}

// A SentFile came with it. Name is made here: the one it had may be personal.
type SentFile struct {
	Name string `json:"name"`
	Kind string `json:"kind"` // identity, mandate
	Data []byte `json:"data"`
}

// fileTypes are what an attachment may be by its content.
var fileTypes = []string{"application/pdf", "image/jpeg", "image/png", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}

// A Box is the folder in which what the public sends waits for the inner side.
// Nobody on this side can read it.
type Box struct {
	Folder string
	Store  *store.Store
}

// ErrClosed says that nothing can be taken: no package has come yet, or far too
// much waits.
var ErrClosed = errors.New("zone: the box is closed")

// Put encrypts and keeps what was sent, under the identifier of its form: sent
// again it is kept once.
func (b Box) Put(ctx context.Context, form string, s Sent) error {
	text, err := b.Store.ZoneState(ctx, stateRecipient)
	if err != nil {
		return err
	}
	var to []byte
	if text == "" || json.Unmarshal([]byte(text), &to) != nil {
		return fmt.Errorf("%w: no key", ErrClosed)
	}
	waiting, err := filepath.Glob(filepath.Join(b.Folder, "*.gkr"))
	if err != nil {
		return err
	}
	if len(waiting) >= maxBox {
		return fmt.Errorf("%w: %d files wait", ErrClosed, len(waiting))
	}
	plain, err := json.Marshal(s)
	if err != nil {
		return err
	}
	sealed, err := sealTo(to, plain)
	if err != nil {
		return err
	}
	if len(sealed) > maxSent {
		return act.Refuse("附件合计太大，请缩小或减少附件。")
	}
	if err := os.MkdirAll(b.Folder, 0o750); err != nil {
		return err
	}
	return save(filepath.Join(b.Folder, form+".gkr"), bytes.NewReader(sealed))
}

// validForm reports whether text names a form.
func validForm(text string) bool {
	b, err := hex.DecodeString(text)
	return err == nil && len(b) == 16 && text == strings.ToLower(text)
}

// Sweep erases what the inner side says it has taken in.
func (b Box) Sweep(ctx context.Context) error {
	list, err := filepath.Glob(filepath.Join(b.Folder, "*.gkr"))
	if err != nil {
		return err
	}
	for _, f := range list {
		taken, err := b.Store.HasZoneTaken(ctx, strings.TrimSuffix(filepath.Base(f), ".gkr"))
		if err == nil && taken {
			err = os.Remove(f)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Pull takes in what lies in the folder. What was taken in before is not taken
// again; what cannot be opened stays, and is told with why. It returns how many
// were new.
func Pull(ctx context.Context, st *store.Store, folder string, today law.Date) (n int, faults []string, err error) {
	list, err := filepath.Glob(filepath.Join(folder, "*.gkr"))
	if err != nil {
		return 0, nil, err
	}
	slices.Sort(list)
	for _, f := range list[:min(len(list), maxBox)] {
		id := strings.TrimSuffix(filepath.Base(f), ".gkr")
		if !validForm(id) {
			faults = append(faults, "文件 "+filepath.Base(f)+" 的名称不对，没有接收。")
			continue
		}
		seen, err := st.HasZoneTaken(ctx, id)
		if err != nil {
			return n, faults, err
		}
		if !seen {
			err = pull(ctx, st, f, id, today)
			var refused *act.Refusal
			if errors.As(err, &refused) {
				faults = append(faults, refused.Text)
				continue
			}
			if err != nil {
				return n, faults, err
			}
			n++
		}
		if err := os.Remove(f); err != nil && !errors.Is(err, os.ErrNotExist) {
			return n, faults, err
		}
	}
	return n, faults, nil
}

func pull(ctx context.Context, st *store.Store, path, id string, today law.Date) error {
	s, err := openSent(st, path)
	if err != nil {
		return err
	}
	taken := store.ZoneTaken{ID: id, Code: s.Code}
	request, err := submit(ctx, st, id, s, today)
	var refused *act.Refusal
	switch {
	case errors.As(err, &refused):
		if err := tell(ctx, st, taken, Answer{Refused: refused.Text, On: today}); err != nil {
			return err
		}
	case err != nil:
		return err
	}
	taken.Request = request
	return st.PutZoneTaken(ctx, taken)
}

func openSent(st *store.Store, path string) (s Sent, err error) {
	b, err := readBounded(path)
	if err != nil {
		return s, err
	}
	k, err := private(st)
	if err != nil {
		return s, err
	}
	plain, err := openSealed(k, b)
	if err != nil || json.Unmarshal(plain, &s) != nil || ReadCode(s.Code) != s.Code || s.Code == "" || !s.On.Valid() || len(s.Files) > maxFiles {
		return s, act.Refuse("文件 " + filepath.Base(path) + " 打不开：不是发给本系统的，或者在途中损坏。没有删除，请核对传输通道和外网的设置。")
	}
	return s, nil
}

func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSent+1))
	if err == nil && len(b) > maxSent {
		err = act.Refuse("文件 " + filepath.Base(path) + " 过大，没有接收。")
	}
	return b, err
}

// submit opens the file of a request. The day is that on which it was sent, if
// that can be: not in the future, and not longer ago than such a way takes.
func submit(ctx context.Context, st *store.Store, id string, s Sent, today law.Date) (int64, error) {
	n := store.NewRequest{ID: st.NewID(), Organ: s.Organ, Registration: casework.Registration{Channel: deadline.Internet, Arrived: today, Applicant: s.Applicant}, Content: s.Content}
	if !today.Before(s.On) && today.AddDays(-maxDelay).Before(s.On) {
		n.Sent = s.On
	}
	n.Content.Files = nil
	if _, err := st.SubmittedRequest(ctx, "zone/"+id); errors.Is(err, store.ErrNotFound) {
		for _, f := range s.Files {
			p, err := st.PutPrivate(ctx, store.RequestRef(n.ID), bytes.NewReader(f.Data))
			if err != nil {
				return 0, err
			}
			if !slices.Contains(fileTypes, p.Type) {
				if err := st.DropPrivate(ctx, p.ID); err != nil {
					return 0, err
				}
				continue
			}
			n.Content.Files = append(n.Content.Files, casework.File{ID: p.ID, Name: f.Name, Kind: f.Kind, On: today})
		}
	}
	d, err := st.SubmitRequest(ctx, "zone/"+id, n)
	if err != nil {
		return 0, err
	}
	var request int64
	_, err = fmt.Sscan(d.Answer, &request)
	return request, err
}

// maxDelay is how many days back a day of sending is believed.
const maxDelay = 30
