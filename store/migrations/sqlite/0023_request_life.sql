-- +goose Up

-- By what a line of a ledger without a number is known again: a keyed hash.
create table request_ledger (
    organ   integer not null references organ (id),
    mark    text not null,
    request integer not null references request (id),
    primary key (organ, mark)
) strict, without rowid;

-- The organ's own days for a file 内部时限, '' for none.
create table request_plan (
    request integer not null primary key references request (id),
    collect text not null, -- 收集
    draft   text not null, -- 起草
    review  text not null, -- 审核
    sign    text not null, -- 签发
    urgent  integer not null,
    told    text not null  -- the day the head was last told
) strict;

-- Who else works on a file 协办.
create table request_helper (
    request integer not null references request (id),
    person  integer not null references person (id),
    primary key (request, person)
) strict, without rowid;
create index request_helper_person on request_helper (person, request);

-- Files whose content somebody proposed to erase; somebody else has to agree.
create table request_erase (
    request  integer not null primary key references request (id),
    asked_by integer not null,
    asked_at integer not null
) strict;

-- Open requests whose day a new calendar moved, until people are told.
create table request_moved (
    request integer not null primary key references request (id)
) strict;

create index request_ended on request (organ, answer, id) where state = 'closed';

-- +goose Down
drop index request_ended;
drop table request_moved;
drop table request_erase;
drop table request_helper;
drop table request_plan;
drop table request_ledger;
