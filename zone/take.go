package zone

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/store"
	"gongkai/translog"
)

// A Report is what taking packages came to.
type Report struct {
	Taken   int
	Waiting string // what is not there yet: no fault
	Problem string // what was refused, and what to do
}

// names under which the outer side keeps what the inner one says.
const (
	stateKeys      = "keys"
	stateRecipient = "recipient"
	stateProblem   = "problem"
	stateSent      = "sent" // when the last package was made inside, milliseconds
)

// Keys are the public keys of the inner side: those entered by hand, and what
// the packages taken so far say of their successors.
func Keys(ctx context.Context, st *store.Store, entered translog.Keys) (translog.Keys, error) {
	text, err := st.ZoneState(ctx, stateKeys)
	if err != nil || text == "" {
		return entered, err
	}
	said, err := translog.ReadKeys(text)
	entered.Office = said.Office
	entered.Vouches = append(entered.Vouches[:len(entered.Vouches):len(entered.Vouches)], said.Vouches...)
	return entered, err
}

// Take takes the packages that lie in the folder, in order, each whole or not at
// all, what was removed in emergency first. What was taken is deleted there.
func Take(ctx context.Context, st *store.Store, folder string, entered translog.Keys) (r Report, err error) {
	before, err := st.ZoneState(ctx, stateProblem)
	if err != nil {
		return r, err
	}
	err = take(ctx, st, folder, entered, &r)
	var refused *act.Refusal
	if errors.As(err, &refused) {
		r.Problem, err = refused.Text, nil
	}
	if err == nil && r.Problem != before {
		err = st.SetZoneState(ctx, stateProblem, r.Problem)
	}
	return r, err
}

func take(ctx context.Context, st *store.Store, folder string, entered translog.Keys, r *Report) error {
	keys, err := Keys(ctx, st, entered)
	if err != nil {
		return err
	}
	urgent, err := filepath.Glob(filepath.Join(folder, "urgent-*.gkz"))
	if err != nil {
		return err
	}
	slices.Sort(urgent)
	for _, f := range urgent {
		p, said, err := read(f, keys)
		if err != nil {
			return err
		}
		switch err := st.NextZone(ctx, &p.ZonePackage, p.Hash); {
		case errors.Is(err, store.ErrZoneSeen):
		case err != nil:
			return chain(f, err)
		default:
			if err := takeAll(ctx, st, folder, []store.ZoneIncoming{p}, said); err != nil {
				return chain(f, err)
			}
			r.Taken++
		}
		if err := errors.Join(dropFiles(folder, p.GoneFiles), os.Remove(f)); err != nil {
			return err
		}
	}
	for ctx.Err() == nil {
		n, err := takeNext(ctx, st, folder, entered, r)
		if err != nil || n == 0 {
			return err
		}
		r.Taken += n
	}
	return ctx.Err()
}

// chain says in Chinese why a package does not fit.
func chain(file string, err error) error {
	file = filepath.Base(file)
	switch {
	case errors.Is(err, store.ErrZoneChain):
		return bad(file, "它不接在已接收的上一包之后，可能是内网的数据恢复过，或者来自另一份数据。请在内网用 gongkai zone out --full 重新生成全部内容。")
	case errors.Is(err, store.ErrZoneContent):
		return bad(file, "内容超出对外公开的范围，或者不完整，没有写入任何数据。请核对内外网的程序版本是否一致。")
	}
	return err
}

// takeNext takes the next package, with those that belong to it.
func takeNext(ctx context.Context, st *store.Store, folder string, entered translog.Keys, r *Report) (int, error) {
	numbers, err := numbered(folder)
	if err != nil || len(numbers) == 0 {
		return 0, err
	}
	_, last, err := st.ZoneLast(ctx)
	if err != nil {
		return 0, err
	}
	keys, err := Keys(ctx, st, entered)
	if err != nil {
		return 0, err
	}
	open := func(n int64) (store.ZoneIncoming, translog.Keys, error) {
		return read(filepath.Join(folder, fmt.Sprintf("%09d.gkz", n)), keys)
	}
	for len(numbers) > 0 && numbers[0] <= last {
		p, _, err := open(numbers[0])
		if err != nil {
			return 0, err
		}
		if err := st.NextZone(ctx, &p.ZonePackage, p.Hash); !errors.Is(err, store.ErrZoneSeen) {
			return 0, chain(name(&p.ZonePackage), err)
		}
		if err := os.Remove(filepath.Join(folder, name(&p.ZonePackage))); err != nil {
			return 0, err
		}
		numbers = numbers[1:]
	}
	if len(numbers) == 0 {
		return 0, nil
	}
	first := int64(0)
	if numbers[0] == last+1 {
		first = last + 1
	} else { // a gap: only a full set goes over it
		for _, n := range numbers {
			p, _, err := open(n)
			if err != nil {
				return 0, err
			}
			if p.Whole {
				first = n
			}
		}
		if first == 0 {
			r.Waiting = fmt.Sprintf("缺第 %d 号数据包，已到的第 %d 号暂不接收。请补传；补不到的，在内网用 gongkai zone out --full 重新生成全部内容。", last+1, numbers[0])
			return 0, nil
		}
	}
	var list []store.ZoneIncoming
	var said translog.Keys
	for n := first; ; n++ {
		if !slices.Contains(numbers, n) {
			r.Waiting = fmt.Sprintf("第 %d 号至第 %d 号数据包属于同一批，第 %d 号还没有到。", first, n, n)
			return 0, nil
		}
		p, k, err := open(n)
		if err != nil {
			return 0, err
		}
		if len(list) > 0 && p.Prev != list[len(list)-1].Hash {
			return 0, chain(name(&p.ZonePackage), store.ErrZoneChain)
		}
		if len(list) == 0 {
			if err := st.NextZone(ctx, &p.ZonePackage, p.Hash); err != nil {
				return 0, chain(name(&p.ZonePackage), err)
			}
		}
		for _, f := range p.Files {
			if ok, err := hasFile(folder, f); err != nil || !ok {
				if err == nil {
					r.Waiting = fmt.Sprintf("第 %d 号数据包的附件还没有传完。", n)
				}
				return 0, err
			}
		}
		list, said = append(list, p), k
		if !p.More {
			break
		}
	}
	if err := takeAll(ctx, st, folder, list, said); err != nil {
		return 0, chain(name(&list[0].ZonePackage), err)
	}
	for i := range list {
		if err := os.Remove(filepath.Join(folder, name(&list[i].ZonePackage))); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

// numbered lists the packages of a folder by their numbers.
func numbered(folder string) ([]int64, error) {
	list, err := filepath.Glob(filepath.Join(folder, "[0-9]*.gkz"))
	if err != nil {
		return nil, err
	}
	var out []int64
	for _, f := range list {
		text := strings.TrimSuffix(filepath.Base(f), ".gkz")
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && fmt.Sprintf("%09d", n) == text {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out, nil
}

// hasFile reports whether a file has come, and is what the package says.
func hasFile(folder string, f store.ZoneFile) (bool, error) {
	if !validHash(f.Hash) {
		return false, store.ErrZoneContent
	}
	in, err := os.Open(filePlace(folder, f.Hash))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer in.Close()
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(in, f.Size+1))
	return n == f.Size && hex.EncodeToString(h.Sum(nil)) == f.Hash, err
}

func takeAll(ctx context.Context, st *store.Store, folder string, list []store.ZoneIncoming, said translog.Keys) error {
	last := &list[len(list)-1]
	state := map[string]string{stateKeys: said.Text(), stateSent: strconv.FormatInt(last.At, 10)}
	if len(last.Recipient) > 0 {
		b, err := json.Marshal(last.Recipient)
		if err != nil {
			return err
		}
		state[stateRecipient] = string(b)
	}
	err := st.TakeZone(ctx, list, state, func(f store.ZoneFile) (io.ReadCloser, error) { return os.Open(filePlace(folder, f.Hash)) })
	if err != nil {
		return err
	}
	return st.FollowLog(said)
}

// Problem is why the last package was refused, "" if none was.
func Problem(ctx context.Context, st *store.Store) (string, error) {
	return st.ZoneState(ctx, stateProblem)
}
