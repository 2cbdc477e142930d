-- +goose Up

-- Applications that somebody began and has not sent. They are erased on their day.
create table request_draft (
    id             bigint not null primary key,
    organ          bigint not null references organ (id),
    code           text collate "C" not null, -- keyed hash of the code it is found by
    request        bigint not null, -- id the request will have: its files belong to it
    ends           text collate "C" not null, -- last day on which it is found
    sealed_key     bytea not null,
    sealed_content bytea not null
);
create unique index request_draft_code on request_draft (code);
create index request_draft_ends on request_draft (ends);

-- How often published information was pointed out to people who were about to
-- apply. Nothing says to whom.
create table request_hint (
    organ   bigint not null references organ (id),
    day     text collate "C" not null,
    shown   bigint not null,
    opened  bigint not null,
    avoided bigint not null,
    primary key (organ, day)
);

-- +goose Down
drop table request_hint;
drop table request_draft;
