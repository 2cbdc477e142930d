-- +goose Up

-- Two zones: what the desk inside has handed to the public site outside, and
-- what came in from there. An instance is one of the two sides.

-- Packages, by their number: made inside (out), taken outside (in, urgent).
create table zone_package (
    side text    not null, -- out, in, urgent
    n    integer not null,
    hash text    not null, -- SHA-256 of the package
    at   integer not null,
    primary key (side, n)
) strict, without rowid;

-- Inside: the rows that the public site has, by a hash of each.
create table zone_row (
    tbl  text not null,
    key  text not null, -- JSON array
    hash text not null,
    primary key (tbl, key)
) strict, without rowid;

-- Outside: items that were removed in emergency. No later package brings them
-- back.
create table zone_gone (
    item integer not null primary key
) strict;

-- Outside: what the inner side says of itself.
create table zone_state (
    name  text not null primary key,
    value text not null
) strict, without rowid;

-- What was sent to the public site and came in. Outside only id and day are
-- known: the file may go.
create table zone_taken (
    id          text    not null primary key, -- of the file
    request     integer not null, -- 0 for one that was refused
    version     integer not null, -- of the request that was last told
    at          integer not null,
    sealed_code blob    not null
) strict, without rowid;

-- Answers, each readable only with the code of who asked.
create table zone_answer (
    mark text    not null primary key, -- hash of the code
    body blob    not null,
    at   integer not null
) strict, without rowid;

-- +goose Down
drop table zone_answer;
drop table zone_taken;
drop table zone_state;
drop table zone_gone;
drop table zone_row;
drop table zone_package;
