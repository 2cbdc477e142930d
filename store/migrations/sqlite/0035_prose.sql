-- +goose Up

-- Templates of the report's prose, one row an edition. An organ without one has
-- that which the nearest above it hands down, or the one of the program.
create table prose_template (
    organ   integer not null references organ (id),
    below   integer not null, -- 1: for the organs below, 0: for its own report
    n       integer not null,
    body    text not null, -- '' goes back to what comes from above
    person  integer not null,
    made_at integer not null,
    primary key (organ, below, n)
) strict, without rowid;

-- What belongs to the prose of an organ's report of a year beside its text: which
-- figures stand for what is counted here, and what became of last year's problems.
create table report_prose (
    organ    integer not null references organ (id),
    year     integer not null,
    body     text not null, -- json
    version  integer not null,
    saved_at integer not null,
    primary key (organ, year)
) strict, without rowid;

-- Fees are few: they are counted without reading the requests.
create index request_fee on request (organ, result_in, fen) where fen > 0;

-- +goose Down
drop index request_fee;
drop table report_prose;
drop table prose_template;
