-- +goose Up

-- What the public looked for in vain, by day. It knows no people.
create table search_miss (
    day   text not null,
    key   text not null, -- as words are compared
    shown text not null,
    times integer not null,
    primary key (day, key)
) strict, without rowid;
create index search_miss_key on search_miss (key, day);

-- Batches that were taken over from the indexes of the instances.
create table search_batch (
    id integer not null primary key,
    at integer not null
) strict;

-- Dated lists of words that texts are held against before they go out, and how
-- each of them was at any time.
create table word_list (
    id       integer not null primary key,
    organ    integer not null references organ (id),
    kind     text not null,
    name     text not null,
    from_day text not null,
    to_day   text not null, -- '' while it has no end
    source   text not null,
    entries  text not null, -- json
    n        integer not null,
    edition  integer not null,
    saved_at integer not null
) strict;
create index word_list_organ on word_list (organ, id);
create table word_edition (
    list     integer not null references word_list (id),
    edition  integer not null,
    name     text not null,
    from_day text not null,
    to_day   text not null,
    source   text not null,
    entries  text not null,
    n        integer not null,
    person   integer not null,
    at       integer not null,
    primary key (list, edition)
) strict, without rowid;

-- Links in the text that the public has of an item. Which of them are dead is
-- asked when somebody looks.
create table item_link (
    item   integer not null references item (id),
    seq    integer not null,
    kind   text not null, -- item, file, page, out
    url    text not null,
    host   text not null, -- of one that leads out
    words  text not null, -- that carry the link
    target text not null, -- index number, or id of a file
    primary key (item, seq)
) strict, without rowid;
create index item_link_target on item_link (target, kind) where target <> '';
create index item_link_host on item_link (host, item) where host <> '';
create table item_linked (
    item integer not null primary key references item (id),
    n    integer not null -- the version whose links are registered
) strict;
create table link_check (
    url     text not null primary key,
    at      integer not null,
    problem text not null -- '' where it answers
) strict, without rowid;

-- +goose Down
drop table link_check;
drop table item_linked;
drop table item_link;
drop table word_edition;
drop table word_list;
drop table search_batch;
drop table search_miss;
