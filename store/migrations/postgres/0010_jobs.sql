-- +goose Up

-- Work to be done behind the pages. It is put here in the transaction of the
-- act that needs it, and taken away when it is done.
create table job (
    id      bigint  not null primary key,
    kind    text collate "C" not null,
    payload text collate "C" not null, -- JSON
    key     text collate "C" not null, -- '', or at most one that lives has it
    due     bigint  not null, -- not before this instant; while it runs, the end of its lease
    fence   bigint  not null, -- one more each time somebody takes it
    tries   bigint  not null, -- how often it was begun
    runner  text collate "C" not null, -- who runs it, '' while it waits
    began   bigint  not null, -- when it was last begun, 0 for never
    made    bigint  not null,
    error   text collate "C" not null, -- of the last try
    dead    bigint  not null  -- when it was given up, 0 while it lives
);
create unique index job_key on job (key) where key <> '' and dead = 0;
create index job_due on job (due, kind) where dead = 0;
create index job_dead on job (dead, id) where dead <> 0;

-- What comes again by itself.
create table schedule (
    name  text collate "C" not null primary key,
    rule  text collate "C" not null, -- as it was when next was reckoned
    next  bigint  not null,
    last  bigint  not null, -- when it was last put among the jobs, 0 for never
    ended bigint  not null, -- when it last ended well, 0 for never
    error text collate "C" not null  -- of the last try, '' if it ended well
);

-- What people are told on the desk. It holds no names of applicants.
create table notice (
    id      bigint  not null primary key,
    person  bigint  not null references person (id),
    organ   bigint  not null, -- whose matter it is
    kind    text collate "C" not null, -- which sentence
    ref     text collate "C" not null, -- what it is about
    number  text collate "C" not null, -- the matter's number, the only word of it that leaves the house
    subject text collate "C" not null, -- what the matter is called, for the desk only
    link    text collate "C" not null, -- page of the desk
    due     text collate "C" not null, -- day, '' if there is none
    once    text collate "C" not null, -- '', or no second notice of this key goes to the person
    made    bigint  not null,
    read_at bigint  not null, -- 0 while unread
    settled bigint  not null  -- when the matter was dealt with, 0 while it is open
);
create index notice_person on notice (person, id);
create index notice_unread on notice (person) where read_at = 0;
create index notice_ref on notice (ref) where settled = 0;
create index notice_open on notice (due) where settled = 0 and due <> '';
create unique index notice_once on notice (person, once) where once <> '';

-- What goes out of the house about a notice. Group channels have no person.
create table outbox (
    id      bigint  not null primary key,
    channel text collate "C" not null,
    person  bigint  not null, -- 0 for a group
    organ   bigint  not null,
    notice  bigint  not null, -- 0 for a test
    kind    text collate "C" not null,
    number  text collate "C" not null,
    due     text collate "C" not null,
    state   text collate "C" not null, -- digest, waiting, sent, dropped
    made    bigint  not null,
    due_at  bigint  not null, -- when it may go, milliseconds
    sent_at bigint  not null,
    error   text collate "C" not null
);
create index outbox_notice on outbox (notice);
create index outbox_digest on outbox (channel, person) where state = 'digest';
create index outbox_state on outbox (state, id);

-- How a person wants to be told. No row: as the organ has it.
create table notice_choice (
    person  bigint  not null primary key references person (id),
    mail    text collate "C" not null, -- each, digest, off
    sms     text collate "C" not null,
    quiet   text collate "C" not null, -- '' as the organ has it
    version bigint  not null
);

-- Channels that running instances serve.
create table channel (
    name   text collate "C" not null,
    runner text collate "C" not null,
    seen   bigint  not null,
    sent   bigint  not null, -- when a message last went, 0 for never
    error  text collate "C" not null, -- of the last message, '' if it went
    failed bigint  not null, -- when that was
    primary key (name, runner)
);

-- +goose Down
drop table channel;
drop table notice_choice;
drop table outbox;
drop table notice;
drop table schedule;
drop table job;
