-- +goose Up

-- Requests for information. What lists and counts need; state is computed from
-- the acts. What is personal is in request_content, under a key of its own.
create table request (
    id          integer not null primary key,
    organ       integer not null references organ (id),
    number      text not null,
    subject     text not null, -- a few words without personal data
    search      text not null, -- number, subject and letter number, folded
    state       text not null,
    channel     text not null,
    applicant   text not null,
    arrived     text not null,
    received    text not null, -- '' while it is not confirmed
    due         text not null, -- '' once it is answered
    prudent     text not null,
    provisional integer not null,
    waiting     text not null,
    outcome     text not null,
    answer      text not null,
    letter_no   text not null,
    extended    integer not null,
    corrected   integer not null,
    late        integer not null,
    days        integer not null, -- working days from receipt to answer
    fen         integer not null,
    marks       integer not null,
    remedies    integer not null,
    answer_by   text not null, -- earliest answer due to a reviewing organ or court, '' for none
    reopened    integer not null,
    ledger      integer not null,
    new_in      integer not null, -- year it counts in as new, 0 for none
    result_in   integer not null, -- year its answer counts in, 0 for none yet
    person      integer not null, -- who handles it, 0 for nobody
    who         text not null, -- keyed hash of the applicant, '' for none
    code        text not null, -- keyed hash of the query code
    clock       text not null, -- segments of its clock, to count again by another calendar
    version     integer not null,
    saved_at    integer not null
) strict;
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
    id             integer not null primary key references request (id),
    sealed_key     blob not null, -- empty once the content was erased
    sealed_content blob not null
) strict;

-- What table four counts.
create table request_remedy (
    request integer not null references request (id),
    n       integer not null,
    organ   integer not null,
    kind    text not null,
    begun   text not null,
    ended   text not null,
    ending  text not null,
    counted integer not null,
    primary key (request, n)
) strict, without rowid;
create index request_remedy_organ on request_remedy (organ, begun);

-- +goose Down
drop table request_remedy;
drop table request_content;
drop table request;
