-- +goose Up

-- Letters of requests as the acts have them: numbers, seals, service. What is
-- written in them is sealed with the request.
create table request_letter (
    request bigint not null references request (id),
    n       bigint not null, -- its place in the file, from 1
    organ   bigint not null,
    former  bigint not null, -- the version it takes the place of, 0 for none
    code    text collate "C" not null,
    no      text collate "C" not null, -- 文号
    dated   text collate "C" not null,
    scan    text collate "C" not null, -- SHA-256 of the stamped scan, '' for none
    voided  text collate "C" not null, -- why its number is 作废, '' for a good one
    served  text collate "C" not null,
    way     text collate "C" not null,
    primary key (request, n)
);
create index request_letter_organ on request_letter (organ, dated, request, n);
create index request_letter_no on request_letter (organ, no) where no <> '';

-- 用印登记.
create table request_seal (
    request bigint not null references request (id),
    n       bigint not null, -- the letter
    i       bigint not null, -- which use of the seal, from 1
    organ   bigint not null,
    sealed  text collate "C" not null,
    copies  bigint not null,
    consent text collate "C" not null, -- what approved it: approval/7, person/3, paper
    asker   bigint not null,
    keeper  bigint not null,
    primary key (request, n, i)
);
create index request_seal_organ on request_seal (organ, sealed, request, n, i);

-- Files handed over to the archive and not taken up again.
create table request_archive (
    request  bigint not null primary key references request (id),
    organ    bigint not null,
    archived text collate "C" not null
);

alter table request_remedy add column simple     bigint not null default 0;
alter table request_remedy add column letter     bigint not null default 0;  -- place of the letter it is against, 0 for none
alter table request_remedy add column instance   bigint not null default 0;
alter table request_remedy add column answered   text collate "C" not null default ''; -- the organ's answer went in
alter table request_remedy add column answer_due text collate "C" not null default '';
alter table request_remedy add column hearing    text collate "C" not null default ''; -- the next hearing
alter table request_remedy add column appeal_by  text collate "C" not null default '';
alter table request_remedy add column redone     bigint not null default 0;  -- the answer was given anew
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
