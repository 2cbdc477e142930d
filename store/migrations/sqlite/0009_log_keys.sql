-- +goose Up

-- Statements about the keys of the log: where another key took over, with the
-- heads of both logs at that moment, and which key then signed the internal log.
-- Each is signed by both keys it names.
create table log_key (
    seq  integer not null primary key,
    at   integer not null,
    note text    not null
) strict;

-- +goose Down
drop table log_key;
