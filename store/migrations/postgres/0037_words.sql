-- +goose Up

-- What the public looked for in vain, by day. It knows no people.
create table search_miss (
    day   text collate "C" not null,
    key   text collate "C" not null, -- as words are compared
    shown text collate "C" not null,
    times bigint not null,
    primary key (day, key)
);
create index search_miss_key on search_miss (key, day);

-- Batches that were taken over from the indexes of the instances.
create table search_batch (
    id bigint not null primary key,
    at bigint not null
);

-- Dated lists of words that texts are held against before they go out, and how
-- each of them was at any time.
create table word_list (
    id       bigint not null primary key,
    organ    bigint not null references organ (id),
    kind     text collate "C" not null,
    name     text collate "C" not null,
    from_day text collate "C" not null,
    to_day   text collate "C" not null, -- '' while it has no end
    source   text collate "C" not null,
    entries  text collate "C" not null, -- json
    n        bigint not null,
    edition  bigint not null,
    saved_at bigint not null
);
create index word_list_organ on word_list (organ, id);
create table word_edition (
    list     bigint not null references word_list (id),
    edition  bigint not null,
    name     text collate "C" not null,
    from_day text collate "C" not null,
    to_day   text collate "C" not null,
    source   text collate "C" not null,
    entries  text collate "C" not null,
    n        bigint not null,
    person   bigint not null,
    at       bigint not null,
    primary key (list, edition)
);

-- Links in the text that the public has of an item. Which of them are dead is
-- asked when somebody looks.
create table item_link (
    item   bigint not null references item (id),
    seq    bigint not null,
    kind   text collate "C" not null, -- item, file, page, out
    url    text collate "C" not null,
    host   text collate "C" not null, -- of one that leads out
    words  text collate "C" not null, -- that carry the link
    target text collate "C" not null, -- index number, or id of a file
    primary key (item, seq)
);
create index item_link_target on item_link (target, kind) where target <> '';
create index item_link_host on item_link (host, item) where host <> '';
create table item_linked (
    item bigint not null primary key references item (id),
    n    bigint not null -- the version whose links are registered
);
create table link_check (
    url     text collate "C" not null primary key,
    at      bigint not null,
    problem text collate "C" not null -- '' where it answers
);

-- +goose Down
drop table link_check;
drop table item_linked;
drop table item_link;
drop table word_edition;
drop table word_list;
drop table search_batch;
drop table search_miss;
