-- +goose Up

-- Items of proactive disclosure. What lists, searches and limits need; state is
-- computed from the acts, texts stand in item_text.
create table item (
    id           integer not null primary key,
    organ        integer not null references organ (id),
    kind         text not null,
    category     text not null,
    field        text not null, -- entry of the standard catalogue, '' for none
    title        text not null, -- '' once it was removed
    doc_no       text not null,
    search       text not null, -- title, document number, index number, folded
    number       text, -- index number, null before the first publication
    stage        text not null,
    standing     text not null,
    roles        text not null, -- who may sign the step that waits: ,role,role, or ''
    author       integer not null,
    hands        text not null, -- everyone who wrote in it: ,person,person,
    made         text not null,
    due          text not null, -- last day on which it has to be out, '' for none
    published    text not null,
    published_at integer not null, -- milliseconds, 0 before
    changed      text not null,
    versions     integer not null,
    effective    text not null,
    until        text not null,
    period_from  text not null,
    period_to    text not null,
    abolished    text not null,
    takedown     text not null,
    release_at   integer not null, -- it goes out then, 0 at once
    ground       text not null,
    review_by    text not null,
    five         text not null,
    backfill     integer not null,
    request      integer not null, -- it comes from, 0
    policy       integer not null, -- it interprets, 0
    archived     text not null,
    volume       text not null,
    salt         blob not null, -- of the hashes of its texts; empty once it was removed
    version      integer not null,
    saved_at     integer not null
) strict;
create unique index item_number on item (number) where number is not null;
create index item_public on item (organ, published_at, id) where standing <> '';
create index item_live on item (published_at, id) where standing = 'live';
create index item_kind on item (kind, published_at, id) where standing = 'live';
create index item_category on item (organ, category, published_at) where standing = 'live';
create index item_stage on item (organ, stage, id);
create index item_open on item (organ, due) where due <> '';
create index item_release on item (release_at) where release_at <> 0;
create index item_period on item (period_to) where standing = 'live' and period_to <> '';
create index item_review on item (review_by) where review_by <> '';
create index item_policy on item (policy) where policy <> 0;
create index item_saved on item (saved_at, id);

-- The texts: 0 is in work, others are what was public, in their order.
create table item_text (
    item    integer not null references item (id),
    n       integer not null,
    hash    text not null, -- salted hash of the content
    content text not null,
    made_at integer not null,
    primary key (item, n)
) strict, without rowid;

-- What a reviewer said to a mark in a text: why it may stand.
create table item_mark (
    item   integer not null references item (id),
    mark   text not null,
    reason text not null,
    person integer not null,
    at     integer not null,
    primary key (item, mark)
) strict, without rowid;

-- What was withdrawn in emergency, for the secrecy officer alone.
create table item_sealed (
    item           integer not null primary key references item (id),
    sealed_key     blob not null,
    sealed_content blob not null,
    person         integer not null,
    at             integer not null
) strict;

-- How often a page was read. Nothing says by whom.
create table item_read (
    item integer not null,
    day  text not null,
    n    integer not null,
    primary key (item, day)
) strict, without rowid;

-- +goose Down
drop table item_read;
drop table item_sealed;
drop table item_mark;
drop table item_text;
drop table item;
