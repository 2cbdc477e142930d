-- +goose Up

-- Items of proactive disclosure. What lists, searches and limits need; state is
-- computed from the acts, texts stand in item_text.
create table item (
    id           bigint not null primary key,
    organ        bigint not null references organ (id),
    kind         text collate "C" not null,
    category     text collate "C" not null,
    field        text collate "C" not null, -- entry of the standard catalogue, '' for none
    title        text collate "C" not null, -- '' once it was removed
    doc_no       text collate "C" not null,
    search       text collate "C" not null, -- title, document number, index number, folded
    number       text collate "C", -- index number, null before the first publication
    stage        text collate "C" not null,
    standing     text collate "C" not null,
    roles        text collate "C" not null, -- who may sign the step that waits: ,role,role, or ''
    author       bigint not null,
    hands        text collate "C" not null, -- everyone who wrote in it: ,person,person,
    made         text collate "C" not null,
    due          text collate "C" not null, -- last day on which it has to be out, '' for none
    published    text collate "C" not null,
    published_at bigint not null, -- milliseconds, 0 before
    changed      text collate "C" not null,
    versions     bigint not null,
    effective    text collate "C" not null,
    until        text collate "C" not null,
    period_from  text collate "C" not null,
    period_to    text collate "C" not null,
    abolished    text collate "C" not null,
    takedown     text collate "C" not null,
    release_at   bigint not null, -- it goes out then, 0 at once
    ground       text collate "C" not null,
    review_by    text collate "C" not null,
    five         text collate "C" not null,
    backfill     bigint not null,
    request      bigint not null, -- it comes from, 0
    policy       bigint not null, -- it interprets, 0
    archived     text collate "C" not null,
    volume       text collate "C" not null,
    salt         bytea not null, -- of the hashes of its texts; empty once it was removed
    version      bigint not null,
    saved_at     bigint not null
);
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
    item    bigint not null references item (id),
    n       bigint not null,
    hash    text collate "C" not null, -- salted hash of the content
    content text collate "C" not null,
    made_at bigint not null,
    primary key (item, n)
);

-- What a reviewer said to a mark in a text: why it may stand.
create table item_mark (
    item   bigint not null references item (id),
    mark   text collate "C" not null,
    reason text collate "C" not null,
    person bigint not null,
    at     bigint not null,
    primary key (item, mark)
);

-- What was withdrawn in emergency, for the secrecy officer alone.
create table item_sealed (
    item           bigint not null primary key references item (id),
    sealed_key     bytea not null,
    sealed_content bytea not null,
    person         bigint not null,
    at             bigint not null
);

-- How often a page was read. Nothing says by whom.
create table item_read (
    item bigint not null,
    day  text collate "C" not null,
    n    bigint not null,
    primary key (item, day)
);

-- +goose Down
drop table item_read;
drop table item_sealed;
drop table item_mark;
drop table item_text;
drop table item;
