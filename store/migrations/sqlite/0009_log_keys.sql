-- +goose Up

-- Where another key took over the log: a statement that both keys signed, with
-- the heads of both logs at that moment.
create table log_key (
    seq  integer not null primary key,
    at   integer not null,
    note text    not null
) strict;

-- +goose Down
drop table log_key;
