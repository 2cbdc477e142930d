package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"gongkai/org"
)

// topicPublic counts changes of what public pages show beside organs and
// reports: which blocks are switched on, and where else reports were published.
const topicPublic = "public"

// isPublic reports whether public pages rest on a setting: the blocks, the day by
// which towns publish, and what stands in the foot of every page.
func isPublic(name string) bool {
	if name == org.TownReportDay || strings.HasPrefix(name, "site.") {
		return true
	}
	for _, b := range org.Blocks() {
		if string(b) == name {
			return true
		}
	}
	return false
}

// Switches is what the offices decided on the blocks of the public pages, as of
// one moment.
type Switches struct {
	change int64
	tree   *organTree
	on     map[org.Block]map[int64]bool // by the organ it was decided for
}

// switchCache holds the last Switches read, until somebody changes one.
type switchCache struct {
	mu   sync.Mutex
	kept *Switches
}

// Switches reads them. It costs one read of a counter unless somebody changed
// one meanwhile.
func (s *Store) Switches(ctx context.Context) (*Switches, error) {
	return either(ctx, s, func(ctx context.Context) (*Switches, error) {
		p := s.source(ctx)
		change, err := s.changes(ctx, topicPublic)
		if err != nil {
			return nil, fmt.Errorf("store: switches: %w", err)
		}
		tree, err := s.organTree(ctx)
		if err != nil {
			return nil, err
		}
		p.switches.mu.Lock()
		defer p.switches.mu.Unlock()
		if k := p.switches.kept; k != nil && k.change >= change {
			if k.tree != tree {
				k = &Switches{change: k.change, tree: tree, on: k.on}
				p.switches.kept = k
			}
			return k, nil
		}
		k := &Switches{change: change, tree: tree, on: map[org.Block]map[int64]bool{}}
		rows, err := s.reader(ctx).QueryContext(ctx, "select organ, name, value from setting where organ <> 0 and value <> '' and name in ("+blockNames()+")")
		if err != nil {
			return nil, fmt.Errorf("store: switches: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var organ int64
			var name, value string
			if err := rows.Scan(&organ, &name, &value); err != nil {
				return nil, fmt.Errorf("store: switches: %w", err)
			}
			b := org.Block(name)
			if k.on[b] == nil {
				k.on[b] = map[int64]bool{}
			}
			k.on[b][organ] = value == org.On
		}
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("store: switches: %w", err)
		}
		p.switches.kept = k
		return k, nil
	})
}

// blockNames are the blocks as a list of SQL. They are constants of ours.
func blockNames() string {
	var b []string
	for _, x := range org.Blocks() {
		b = append(b, "'"+string(x)+"'")
	}
	return strings.Join(b, ", ")
}

// Shows reports whether the public may see the block about the organ: as the
// organ that decided on it nearest above, or at, the organ wants. Where nobody
// decided, and for an organ that is not there, it is off.
func (k *Switches) Shows(organ int64, b org.Block) bool {
	decided := k.on[b]
	if len(decided) == 0 {
		return false
	}
	i, ok := k.tree.at[organ]
	return ok && nearest(k.tree.organs[i].Path, decided)
}

// Any reports whether the block is on for anything at all.
func (k *Switches) Any(b org.Block) bool {
	for _, on := range k.on[b] {
		if on {
			return true
		}
	}
	return false
}

// nearest is what was decided for the last organ of the path that has decided.
func nearest(path string, decided map[int64]bool) bool {
	path = strings.TrimSuffix(path, "/")
	for path != "" {
		i := strings.LastIndexByte(path, '/')
		if id, err := strconv.ParseInt(path[i+1:], 10, 64); err == nil {
			if on, ok := decided[id]; ok {
				return on
			}
		}
		path = path[:max(i, 0)]
	}
	return false
}

// Inherited is a setting as it holds for an organ: its own, else that of the
// nearest organ above that has decided, else of the instance, else "".
func (s *Store) Inherited(ctx context.Context, organ int64, name string) (string, error) {
	path, err := s.pathOf(ctx, organ)
	if err != nil {
		return "", err
	}
	v, err := s.inherited(ctx, s.read, path, name)
	if err != nil {
		return "", fmt.Errorf("store: setting %q: %w", name, err)
	}
	return v, nil
}
