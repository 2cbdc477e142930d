-- +goose Up

-- Letters of requests as the acts have them: numbers, seals, service. What is
-- written in them is sealed with the request.
create table request_letter (
    request integer not null references request (id),
    n       integer not null, -- its place in the file, from 1
    organ   integer not null,
    former  integer not null, -- the version it takes the place of, 0 for none
    code    text not null,
    no      text not null, -- 文号
    dated   text not null,
    scan    text not null, -- SHA-256 of the stamped scan, '' for none
    voided  text not null, -- why its number is 作废, '' for a good one
    served  text not null,
    way     text not null,
    primary key (request, n)
) strict, without rowid;
create index request_letter_organ on request_letter (organ, dated, request, n);
create index request_letter_no on request_letter (organ, no) where no <> '';

-- 用印登记.
create table request_seal (
    request integer not null references request (id),
    n       integer not null, -- the letter
    i       integer not null, -- which use of the seal, from 1
    organ   integer not null,
    sealed  text not null,
    copies  integer not null,
    consent text not null, -- what approved it: approval/7, person/3, paper
    asker   integer not null,
    keeper  integer not null,
    primary key (request, n, i)
) strict, without rowid;
create index request_seal_organ on request_seal (organ, sealed, request, n, i);

-- Files handed over to the archive and not taken up again.
create table request_archive (
    request  integer not null primary key references request (id),
    organ    integer not null,
    archived text not null
) strict;

alter table request_remedy add column simple     integer not null default 0;
alter table request_remedy add column letter     integer not null default 0;  -- place of the letter it is against, 0 for none
alter table request_remedy add column instance   integer not null default 0;
alter table request_remedy add column answered   text not null default ''; -- the organ's answer went in
alter table request_remedy add column answer_due text not null default '';
alter table request_remedy add column hearing    text not null default ''; -- the next hearing
alter table request_remedy add column appeal_by  text not null default '';
alter table request_remedy add column redone     integer not null default 0;  -- the answer was given anew
create index request_remedy_open on request_remedy (organ, answer_due) where ended = '';

-- +goose Down
drop index request_remedy_open;
alter table request_remedy drop column redone;
alter table request_remedy drop column appeal_by;
alter table request_remedy drop column hearing;
alter table request_remedy drop column answer_due;
alter table request_remedy drop column answered;
alter table request_remedy drop column instance;
alter table request_remedy drop column letter;
alter table request_remedy drop column simple;
drop table request_archive;
drop table request_seal;
drop table request_letter;
