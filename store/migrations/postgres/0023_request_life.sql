-- +goose Up

-- By what a line of a ledger without a number is known again: a keyed hash.
create table request_ledger (
    organ   bigint not null references organ (id),
    mark    text collate "C" not null,
    request bigint not null references request (id),
    primary key (organ, mark)
);

-- The organ's own days for a file 内部时限, '' for none.
create table request_plan (
    request bigint not null primary key references request (id),
    collect text collate "C" not null, -- 收集
    draft   text collate "C" not null, -- 起草
    review  text collate "C" not null, -- 审核
    sign    text collate "C" not null, -- 签发
    urgent  bigint not null,
    told    text collate "C" not null  -- the day the head was last told
);

-- Who else works on a file 协办.
create table request_helper (
    request bigint not null references request (id),
    person  bigint not null references person (id),
    primary key (request, person)
);
create index request_helper_person on request_helper (person, request);

-- Files whose content somebody proposed to erase; somebody else has to agree.
create table request_erase (
    request  bigint not null primary key references request (id),
    asked_by bigint not null,
    asked_at bigint not null
);

-- Open requests whose day a new calendar moved, until people are told.
create table request_moved (
    request bigint not null primary key references request (id)
);

create index request_ended on request (organ, answer, id) where state = 'closed';

-- +goose Down
drop index request_ended;
drop table request_moved;
drop table request_erase;
drop table request_helper;
drop table request_plan;
drop table request_ledger;
