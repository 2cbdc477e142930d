package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gongkai/org"
)

// channelSettings are the channels that an organ may switch off. The counter and
// the post are not among them.
var channelSettings = []struct {
	kind org.ChannelKind
	name string
}{{org.Online, org.RequestOnline}, {org.ByMail, org.RequestEmail}, {org.ByFax, org.RequestByFax}}

// RequestChannels are the channels by which an organ takes applications: those of
// its office record, which its guide shows too, without what was switched off.
func (s *Store) RequestChannels(ctx context.Context, organ int64) (org.OfficeRecord, []org.Channel, error) {
	rec, _, err := s.Office(ctx, organ)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return rec, nil, err
	}
	off := map[org.ChannelKind]bool{}
	for _, c := range channelSettings {
		v, err := s.settingOf(ctx, organ, c.name)
		if err != nil {
			return rec, nil, err
		}
		off[c.kind] = v == "关"
	}
	return rec, rec.Open(off), nil
}

// takesOnline reports whether an organ takes applications on the web.
func (s *Store) takesOnline(ctx context.Context, organ int64) (bool, error) {
	_, list, err := s.RequestChannels(ctx, organ)
	if err != nil {
		return false, fmt.Errorf("store: channels of %d: %w", organ, err)
	}
	return slices.ContainsFunc(list, func(c org.Channel) bool { return c.Kind == org.Online }), nil
}
