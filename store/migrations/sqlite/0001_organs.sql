-- +goose Up

-- Legal dates are ISO text, '' for none; instants are milliseconds since 1970.
create table organ (
    id         integer not null primary key,
    code       text    not null,
    name       text    not null,
    short      text    not null,
    kind       text    not null,
    level      integer not null,
    parent     integer references organ (id),
    path       text    not null,
    region     text    not null,
    valid_from text    not null,
    valid_to   text    not null,
    filer      integer not null, -- 1 if it has to file
    search     text    not null, -- name, short name and code, folded
    saved_at   integer not null
) strict;
create unique index organ_path on organ (path);
create unique index organ_code on organ (code) where code <> '';
create index organ_parent on organ (coalesce(parent, 0), id);
create index organ_name on organ (name, id);

-- Counts every change of a topic ('organ', 'report/2023'), so that what was
-- computed from it can be told fresh from stale. Topics with many writers are
-- spread over shards.
create table change (
    topic text    not null,
    shard integer not null,
    n     integer not null,
    primary key (topic, shard)
) strict, without rowid;

-- +goose Down
drop table change;
drop table organ;
