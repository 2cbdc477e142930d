-- +goose Up

-- Legal dates are ISO text, '' for none; instants are milliseconds since 1970.
create table organ (
    id         bigint not null primary key,
    code       text collate "C" not null,
    name       text collate "C" not null,
    short      text collate "C" not null,
    kind       text collate "C" not null,
    level      bigint not null,
    parent     bigint references organ (id),
    path       text collate "C" not null,
    region     text collate "C" not null,
    valid_from text collate "C" not null,
    valid_to   text collate "C" not null,
    filer      bigint not null, -- 1 if it has to file
    search     text collate "C" not null, -- name, short name and code, folded
    saved_at   bigint not null
);
create unique index organ_path on organ (path);
create unique index organ_code on organ (code) where code <> '';
create index organ_parent on organ (coalesce(parent, 0), id);
create index organ_name on organ (name, id);

-- Counts every change of a topic ('organ', 'report/2023'), so that what was
-- computed from it can be told fresh from stale. Topics with many writers are
-- spread over shards.
create table change (
    topic text collate "C" not null,
    shard bigint not null,
    n     bigint not null,
    primary key (topic, shard)
);

-- +goose Down
drop table change;
drop table organ;
