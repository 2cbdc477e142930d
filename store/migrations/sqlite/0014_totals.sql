-- +goose Up

-- Lists of organs counted in a government's sum, as they were signed. A row is
-- never changed: its hash stands in the act of signing.
create table counted_list (
    organ       integer not null references organ (id),
    year        integer not null,
    number      integer not null, -- from 1
    signed_on   text    not null,
    signer      integer not null, -- 0 for the program
    signer_name text    not null,
    hash        text    not null,
    body        blob    not null, -- canonical JSON, deflated (counted_sign.go)
    made_at     integer not null,
    primary key (organ, year, number)
) strict;

-- What the office decided for the list that is to be signed next.
create table counted_edit (
    organ    integer not null references organ (id),
    year     integer not null,
    choices  text    not null, -- JSON: organ → way and reason
    version  integer not null,
    saved_at integer not null,
    saved_by integer not null,
    primary key (organ, year)
) strict;

-- A government's own figures (本级数据), where no office files for it.
create table own_figures (
    year       integer not null,
    organ      integer not null references organ (id),
    edition    text    not null,
    figures    blob    not null, -- codec.go
    note       text    not null,
    version    integer not null,
    saved_at   integer not null,
    saved_by   integer not null,
    saved_name text    not null,
    primary key (year, organ)
) strict;

-- What a sum held when it was written into the government's own report.
create table total_taken (
    organ       integer not null references organ (id),
    year        integer not null,
    number      integer not null, -- from 1
    list        integer not null, -- number of the signed list, 0 if it was not signed
    list_hash   text    not null,
    provisional integer not null,
    edition     text    not null,
    figures     blob    not null, -- of the sum
    shares      blob    not null, -- who brought what in (total_taken.go)
    taken_at    integer not null,
    taken_by    integer not null,
    taken_name  text    not null,
    primary key (organ, year, number)
) strict;

-- Checks of all reports, and what they found by rule and year.
create table check_run (
    id         integer not null primary key,
    first_year integer not null,
    last_year  integer not null,
    began      integer not null,
    ended      integer not null, -- 0 while it runs
    reports    integer not null,
    organs     integer not null,
    asked_by   integer not null,
    error      text    not null
) strict;

create table check_hit (
    run     integer not null references check_run (id),
    code    text    not null,
    year    integer not null,
    level   text    not null,
    reports integer not null, -- in which it was found
    found   integer not null,
    organs  blob    not null, -- ids in the order of the tree (check_run.go)
    primary key (run, code, year, level)
) strict;

-- +goose Down
drop table check_hit;
drop table check_run;
drop table total_taken;
drop table own_figures;
drop table counted_edit;
drop table counted_list;
