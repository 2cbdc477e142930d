-- +goose Up

-- Statements about the keys of the log: where another key took over, with the
-- heads of both logs at that moment, and which key then signed the internal log.
-- Each is signed by both keys it names.
create table log_key (
    seq  bigint not null primary key,
    at   bigint not null,
    note text collate "C" not null
);

-- +goose Down
drop table log_key;
