-- +goose Up

-- Requests for information. What lists and counts need; state is computed from
-- the acts. What is personal is in request_content, under a key of its own.
create table request (
    id          bigint not null primary key,
    organ       bigint not null references organ (id),
    number      text collate "C" not null,
    subject     text collate "C" not null, -- a few words without personal data
    search      text collate "C" not null, -- number, subject and letter number, folded
    state       text collate "C" not null,
    channel     text collate "C" not null,
    applicant   text collate "C" not null,
    arrived     text collate "C" not null,
    received    text collate "C" not null, -- '' while it is not confirmed
    due         text collate "C" not null, -- '' once it is answered
    prudent     text collate "C" not null,
    provisional bigint not null,
    waiting     text collate "C" not null,
    outcome     text collate "C" not null,
    answer      text collate "C" not null,
    letter_no   text collate "C" not null,
    extended    bigint not null,
    corrected   bigint not null,
    late        bigint not null,
    days        bigint not null, -- working days from receipt to answer
    fen         bigint not null,
    marks       bigint not null,
    remedies    bigint not null,
    answer_by   text collate "C" not null, -- earliest answer due to a reviewing organ or court, '' for none
    reopened    bigint not null,
    ledger      bigint not null,
    new_in      bigint not null, -- year it counts in as new, 0 for none
    result_in   bigint not null, -- year its answer counts in, 0 for none yet
    person      bigint not null, -- who handles it, 0 for nobody
    who         text collate "C" not null, -- keyed hash of the applicant, '' for none
    code        text collate "C" not null, -- keyed hash of the query code
    clock       text collate "C" not null, -- segments of its clock, to count again by another calendar
    version     bigint not null,
    saved_at    bigint not null
);
create unique index request_number on request (organ, number);
create unique index request_code on request (code);
create index request_open on request (organ, prudent, id, due) where prudent <> '';
create index request_prudent on request (prudent, id, organ) where prudent <> '';
create index request_search on request (organ, search, id);
create index request_organ on request (organ, id);
create index request_new on request (organ, new_in, result_in, outcome, applicant, answer);
create index request_person on request (person, prudent) where person <> 0;
create index request_who on request (organ, who, new_in) where who <> '';
create index request_due on request (id) where due <> '';
create index request_answer_by on request (organ, answer_by) where answer_by <> '';

create table request_content (
    id             bigint not null primary key references request (id),
    sealed_key     bytea not null, -- empty once the content was erased
    sealed_content bytea not null
);

-- What table four counts.
create table request_remedy (
    request bigint not null references request (id),
    n       bigint not null,
    organ   bigint not null,
    kind    text collate "C" not null,
    begun   text collate "C" not null,
    ended   text collate "C" not null,
    ending  text collate "C" not null,
    counted bigint not null,
    primary key (request, n)
);
create index request_remedy_organ on request_remedy (organ, begun);

-- +goose Down
drop table request_remedy;
drop table request_content;
drop table request;
