-- +goose Up

-- What the portal of the county has to learn of items: the newest version, or
-- that an item is down. One row an item.
create table item_portal (
    item    bigint not null primary key references item (id),
    organ   bigint not null references organ (id),
    n       bigint not null, -- version
    down    bigint not null, -- it has to go from the portal
    state   text collate "C" not null,    -- wait, done, fail
    url     text collate "C" not null,    -- address there, as proof; '' while it is not known
    tries   bigint not null,
    problem text collate "C" not null,
    next_at bigint not null, -- milliseconds; not tried again before
    done_at bigint not null
);
create index item_portal_wait on item_portal (state, down, next_at);
create index item_portal_organ on item_portal (organ, state);

-- +goose Down
drop table item_portal;
