-- +goose Up

-- What the portal of the county has to learn of items: the newest version, or
-- that an item is down. One row an item.
create table item_portal (
    item    integer not null primary key references item (id),
    organ   integer not null references organ (id),
    n       integer not null, -- version
    down    integer not null, -- it has to go from the portal
    state   text not null,    -- wait, done, fail
    url     text not null,    -- address there, as proof; '' while it is not known
    tries   integer not null,
    problem text not null,
    next_at integer not null, -- milliseconds; not tried again before
    done_at integer not null
) strict;
create index item_portal_wait on item_portal (state, down, next_at);
create index item_portal_organ on item_portal (organ, state);

-- +goose Down
drop table item_portal;
