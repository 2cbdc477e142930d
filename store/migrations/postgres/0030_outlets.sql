-- +goose Up

-- Channels 公开渠道: accounts, boards, screens, loudspeakers of an organ.
create table outlet (
    id      bigint not null primary key,
    organ   bigint not null references organ (id),
    kind    text collate "C" not null,
    name    text collate "C" not null,
    account text collate "C" not null,
    place   text collate "C" not null,
    size    text collate "C" not null,
    keeper  text collate "C" not null,
    sides   text collate "C" not null, -- what a board is for: ,party,village,
    since   text collate "C" not null,
    until   text collate "C" not null,
    note    text collate "C" not null,
    playlist text collate "C" not null, -- of a screen, as JSON
    code    text collate "C", -- secret part of a screen's address, null while it has none
    search  text collate "C" not null,
    version bigint not null
);
create index outlet_organ on outlet (organ, kind, id);
create unique index outlet_code on outlet (code) where code is not null;

-- What stood on a channel, and where: posts, posters, readings. The title of an
-- item is not here: it may be what has to be taken away.
create table posting (
    id       bigint not null primary key,
    organ    bigint not null references organ (id),
    outlet   bigint not null references outlet (id),
    item     bigint not null, -- 0 for what is no item
    title    text collate "C" not null,
    topic    text collate "C" not null,
    side     text collate "C" not null,
    day      text collate "C" not null,
    until    text collate "C" not null, -- has to come down after it
    down     text collate "C" not null,
    link     text collate "C" not null,
    photo    bigint not null, -- private file, 0
    taken    bigint not null, -- photo of the empty place
    note     text collate "C" not null,
    must     bigint not null, -- has to come down at once
    version  bigint not null,
    made_at  bigint not null
);
create index posting_outlet on posting (outlet, day, id);
create index posting_organ on posting (organ, day, id);
create index posting_item on posting (item) where item <> 0;
create index posting_up on posting (organ, until) where down = '' and until <> '';

-- Scripts for the loudspeaker. That of an item goes with it.
create table script (
    id      bigint not null primary key,
    organ   bigint not null references organ (id),
    item    bigint not null,
    title   text collate "C" not null,
    body    text collate "C" not null,
    version bigint not null,
    made_at bigint not null
);
create index script_organ on script (organ, id);
create index script_item on script (item) where item <> 0;

-- What the public is told of a reading place, beside its entry in the ledger of
-- equipment, where visits and inspections stand.
create table reading_place (
    equipment bigint not null primary key references equipment (id),
    address   text collate "C" not null,
    hours     text collate "C" not null,
    phone     text collate "C" not null,
    staff     text collate "C" not null,
    zones     text collate "C" not null, -- one a line
    shown     bigint not null,
    version   bigint not null
);

-- Copies of the guide and other print given to villages and windows.
create table guide_copy (
    id       bigint not null primary key,
    organ    bigint not null references organ (id),
    what     text collate "C" not null,
    receiver text collate "C" not null, -- the village, the window
    copies   bigint not null,
    day      text collate "C" not null,
    received text collate "C" not null, -- day of the receipt, '' before
    signer   text collate "C" not null, -- who signed it
    version  bigint not null
);
create index guide_copy_organ on guide_copy (organ, day, id);

-- Who asked to be told of new items by mail. The address is encrypted; the mark
-- finds it again.
create table subscription (
    id             bigint not null primary key,
    organ          bigint not null references organ (id),
    topic          text collate "C" not null, -- kind of items, '' for all
    sealed_address bytea not null,
    mark           bytea not null,
    made_at        bigint not null,
    confirmed_at   bigint not null, -- 0 before
    told_at        bigint not null  -- up to when items were told
);
create unique index subscription_mark on subscription (organ, topic, mark);
create index subscription_told on subscription (told_at) where confirmed_at <> 0;

-- +goose Down
drop table subscription;
drop table guide_copy;
drop table reading_place;
drop table script;
drop table posting;
drop table outlet;
