-- +goose Up

-- Lists of organs counted in a government's sum, as they were signed. A row is
-- never changed: its hash stands in the act of signing.
create table counted_list (
    organ       bigint not null references organ (id),
    year        bigint not null,
    number      bigint not null, -- from 1
    signed_on   text collate "C" not null,
    signer      bigint not null, -- 0 for the program
    signer_name text collate "C" not null,
    hash        text collate "C" not null,
    body        bytea not null, -- canonical JSON, deflated (counted_sign.go)
    made_at     bigint not null,
    primary key (organ, year, number)
);

-- What the office decided for the list that is to be signed next.
create table counted_edit (
    organ    bigint not null references organ (id),
    year     bigint not null,
    choices  text collate "C" not null, -- JSON: organ → way and reason
    version  bigint not null,
    saved_at bigint not null,
    saved_by bigint not null,
    primary key (organ, year)
);

-- A government's own figures (本级数据), where no office files for it.
create table own_figures (
    year       bigint not null,
    organ      bigint not null references organ (id),
    edition    text collate "C" not null,
    figures    bytea not null, -- codec.go
    note       text collate "C" not null,
    version    bigint not null,
    saved_at   bigint not null,
    saved_by   bigint not null,
    saved_name text collate "C" not null,
    primary key (year, organ)
);

-- What a sum held when it was written into the government's own report.
create table total_taken (
    organ       bigint not null references organ (id),
    year        bigint not null,
    number      bigint not null, -- from 1
    list        bigint not null, -- number of the signed list, 0 if it was not signed
    list_hash   text collate "C" not null,
    provisional bigint not null,
    edition     text collate "C" not null,
    figures     bytea not null, -- of the sum
    shares      bytea not null, -- who brought what in (total_taken.go)
    taken_at    bigint not null,
    taken_by    bigint not null,
    taken_name  text collate "C" not null,
    primary key (organ, year, number)
);

-- Checks of all reports, and what they found by rule and year.
create table check_run (
    id         bigint not null primary key,
    first_year bigint not null,
    last_year  bigint not null,
    began      bigint not null,
    ended      bigint not null, -- 0 while it runs
    reports    bigint not null,
    organs     bigint not null,
    asked_by   bigint not null,
    error      text collate "C" not null
);

create table check_hit (
    run     bigint not null references check_run (id),
    code    text collate "C" not null,
    year    bigint not null,
    level   text collate "C" not null,
    reports bigint not null, -- in which it was found
    found   bigint not null,
    organs  bytea not null, -- ids in the order of the tree (check_run.go)
    primary key (run, code, year, level)
);

-- +goose Down
drop table check_hit;
drop table check_run;
drop table total_taken;
drop table own_figures;
drop table counted_edit;
drop table counted_list;
