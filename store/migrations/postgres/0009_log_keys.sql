-- +goose Up

-- Where another key took over the log: a statement that both keys signed, with
-- the heads of both logs at that moment.
create table log_key (
    seq  bigint not null primary key,
    at   bigint not null,
    note text collate "C" not null
);

-- +goose Down
drop table log_key;
