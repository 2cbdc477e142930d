-- +goose Up

-- Two zones: what the desk inside has handed to the public site outside, and
-- what came in from there. An instance is one of the two sides.

-- Packages, by their number: made inside (out), taken outside (in, urgent).
create table zone_package (
    side text collate "C"    not null, -- out, in, urgent
    n    bigint  not null,
    hash text collate "C"    not null, -- SHA-256 of the package
    at   bigint  not null,
    primary key (side, n)
);

-- Inside: the rows that the public site has, by a hash of each.
create table zone_row (
    tbl  text collate "C" not null,
    key  text collate "C" not null, -- JSON array
    hash text collate "C" not null,
    primary key (tbl, key)
);

-- Outside: items that were removed in emergency. No later package brings them
-- back.
create table zone_gone (
    item bigint not null primary key
);

-- Outside: what the inner side says of itself.
create table zone_state (
    name  text collate "C" not null primary key,
    value text collate "C" not null
);

-- What was sent to the public site and came in. Outside only id and day are
-- known: the file may go.
create table zone_taken (
    id          text collate "C"    not null primary key, -- of the file
    request     bigint  not null, -- 0 for one that was refused
    version     bigint  not null, -- of the request that was last told
    at          bigint  not null,
    sealed_code bytea    not null
);

-- Answers, each readable only with the code of who asked.
create table zone_answer (
    mark text collate "C"    not null primary key, -- hash of the code
    body bytea    not null,
    at   bigint  not null
);

-- +goose Down
drop table zone_answer;
drop table zone_taken;
drop table zone_state;
drop table zone_gone;
drop table zone_row;
drop table zone_package;
