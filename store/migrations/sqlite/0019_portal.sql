-- +goose Up

-- Where else a report was published: its address on the portal of the county or
-- of a superior (集约化平台), as proof. An address of '' was taken back.
create table portal_link (
    year     integer not null,
    organ    integer not null references organ (id),
    url      text    not null,
    on_day   text    not null, -- published there, '' if not recorded
    version  integer not null,
    saved_at integer not null,
    primary key (year, organ)
) strict, without rowid;

-- +goose Down
drop table portal_link;
