-- +goose Up

-- Channels 公开渠道: accounts, boards, screens, loudspeakers of an organ.
create table outlet (
    id      integer not null primary key,
    organ   integer not null references organ (id),
    kind    text not null,
    name    text not null,
    account text not null,
    place   text not null,
    size    text not null,
    keeper  text not null,
    sides   text not null, -- what a board is for: ,party,village,
    since   text not null,
    until   text not null,
    note    text not null,
    playlist text not null, -- of a screen, as JSON
    code    text, -- secret part of a screen's address, null while it has none
    search  text not null,
    version integer not null
) strict;
create index outlet_organ on outlet (organ, kind, id);
create unique index outlet_code on outlet (code) where code is not null;

-- What stood on a channel, and where: posts, posters, readings. The title of an
-- item is not here: it may be what has to be taken away.
create table posting (
    id       integer not null primary key,
    organ    integer not null references organ (id),
    outlet   integer not null references outlet (id),
    item     integer not null, -- 0 for what is no item
    title    text not null,
    topic    text not null,
    side     text not null,
    day      text not null,
    until    text not null, -- has to come down after it
    down     text not null,
    link     text not null,
    photo    integer not null, -- private file, 0
    taken    integer not null, -- photo of the empty place
    note     text not null,
    must     integer not null, -- has to come down at once
    version  integer not null,
    made_at  integer not null
) strict;
create index posting_outlet on posting (outlet, day, id);
create index posting_organ on posting (organ, day, id);
create index posting_item on posting (item) where item <> 0;
create index posting_up on posting (organ, until) where down = '' and until <> '';

-- Scripts for the loudspeaker. That of an item goes with it.
create table script (
    id      integer not null primary key,
    organ   integer not null references organ (id),
    item    integer not null,
    title   text not null,
    body    text not null,
    version integer not null,
    made_at integer not null
) strict;
create index script_organ on script (organ, id);
create index script_item on script (item) where item <> 0;

-- What the public is told of a reading place, beside its entry in the ledger of
-- equipment, where visits and inspections stand.
create table reading_place (
    equipment integer not null primary key references equipment (id),
    address   text not null,
    hours     text not null,
    phone     text not null,
    staff     text not null,
    zones     text not null, -- one a line
    shown     integer not null,
    version   integer not null
) strict;

-- Copies of the guide and other print given to villages and windows.
create table guide_copy (
    id       integer not null primary key,
    organ    integer not null references organ (id),
    what     text not null,
    receiver text not null, -- the village, the window
    copies   integer not null,
    day      text not null,
    received text not null, -- day of the receipt, '' before
    signer   text not null, -- who signed it
    version  integer not null
) strict;
create index guide_copy_organ on guide_copy (organ, day, id);

-- Who asked to be told of new items by mail. The address is encrypted; the mark
-- finds it again.
create table subscription (
    id             integer not null primary key,
    organ          integer not null references organ (id),
    topic          text not null, -- kind of items, '' for all
    sealed_address blob not null,
    mark           blob not null,
    made_at        integer not null,
    confirmed_at   integer not null, -- 0 before
    told_at        integer not null  -- up to when items were told
) strict;
create unique index subscription_mark on subscription (organ, topic, mark);
create index subscription_told on subscription (told_at) where confirmed_at <> 0;

-- +goose Down
drop table subscription;
drop table guide_copy;
drop table reading_place;
drop table script;
drop table posting;
drop table outlet;
