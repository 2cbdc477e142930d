-- +goose Up

-- Instances that hand packages to this one or take them: named by their log.
create table peer (
    id       integer not null primary key,
    log      text    not null unique, -- name of the log
    title    text    not null,
    verifier text    not null, -- its present key
    sends    integer not null, -- 1: reports come from there
    decides  integer not null, -- 1: answers come from there
    organs   text    not null, -- ids of the organs for which, with all below each: JSON
    stopped  integer not null, -- 1 once it is no longer trusted
    version  integer not null
) strict;

-- Packages that came in, the last of each number.
create table package_in (
    year        integer not null,
    organ       integer not null references organ (id),
    n           integer not null, -- snapshot at the sender
    peer        integer not null references peer (id),
    hash        text    not null, -- of the body
    state       text    not null, -- submitted, published
    correction  integer not null,
    on_day      text    not null, -- as the sender states it
    received_at integer not null,
    received_by integer not null,
    answered    integer not null, -- seq of the last answer that was made, 0 for none
    primary key (year, organ, n)
) strict;

-- Packages that were made, with what came back.
create table package_out (
    year      integer not null,
    organ     integer not null references organ (id),
    n         integer not null,
    hash      text    not null,
    made_at   integer not null,
    made_by   integer not null,
    peer      integer not null, -- who answered, 0 while nobody has
    answer    text    not null, -- state of the last answer, '' for none
    seq       integer not null,
    answer_on text    not null,
    primary key (year, organ, n)
) strict;

-- +goose Down
drop table package_out;
drop table package_in;
drop table peer;
