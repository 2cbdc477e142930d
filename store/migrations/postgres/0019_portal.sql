-- +goose Up

-- Where else a report was published: its address on the portal of the county or
-- of a superior (集约化平台), as proof. An address of '' was taken back.
create table portal_link (
    year     bigint not null,
    organ    bigint not null references organ (id),
    url      text collate "C" not null,
    on_day   text collate "C" not null, -- published there, '' if not recorded
    version  bigint not null,
    saved_at bigint not null,
    primary key (year, organ)
);

-- +goose Down
drop table portal_link;
