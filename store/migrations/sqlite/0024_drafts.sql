-- +goose Up

-- Applications that somebody began and has not sent. They are erased on their day.
create table request_draft (
    id             integer not null primary key,
    organ          integer not null references organ (id),
    code           text not null, -- keyed hash of the code it is found by
    request        integer not null, -- id the request will have: its files belong to it
    ends           text not null, -- last day on which it is found
    sealed_key     blob not null,
    sealed_content blob not null
) strict;
create unique index request_draft_code on request_draft (code);
create index request_draft_ends on request_draft (ends);

-- How often published information was pointed out to people who were about to
-- apply. Nothing says to whom.
create table request_hint (
    organ   integer not null references organ (id),
    day     text not null,
    shown   integer not null,
    opened  integer not null,
    avoided integer not null,
    primary key (organ, day)
) strict, without rowid;

-- +goose Down
drop table request_hint;
drop table request_draft;
