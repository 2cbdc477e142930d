-- +goose Up

-- Work to be done behind the pages. It is put here in the transaction of the
-- act that needs it, and taken away when it is done.
create table job (
    id      integer not null primary key,
    kind    text    not null,
    payload text    not null, -- JSON
    key     text    not null, -- '', or at most one that lives has it
    due     integer not null, -- not before this instant; while it runs, the end of its lease
    fence   integer not null, -- one more each time somebody takes it
    tries   integer not null, -- how often it was begun
    runner  text    not null, -- who runs it, '' while it waits
    began   integer not null, -- when it was last begun, 0 for never
    made    integer not null,
    error   text    not null, -- of the last try
    dead    integer not null  -- when it was given up, 0 while it lives
) strict;
create unique index job_key on job (key) where key <> '' and dead = 0;
create index job_due on job (due, kind) where dead = 0;
create index job_dead on job (dead, id) where dead <> 0;

-- What comes again by itself.
create table schedule (
    name  text    not null primary key,
    rule  text    not null, -- as it was when next was reckoned
    next  integer not null,
    last  integer not null, -- when it was last put among the jobs, 0 for never
    ended integer not null, -- when it last ended well, 0 for never
    error text    not null  -- of the last try, '' if it ended well
) strict, without rowid;

-- What people are told on the desk. It holds no names of applicants.
create table notice (
    id      integer not null primary key,
    person  integer not null references person (id),
    organ   integer not null, -- whose matter it is
    kind    text    not null, -- which sentence
    ref     text    not null, -- what it is about
    number  text    not null, -- the matter's number, the only word of it that leaves the house
    subject text    not null, -- what the matter is called, for the desk only
    link    text    not null, -- page of the desk
    due     text    not null, -- day, '' if there is none
    once    text    not null, -- '', or no second notice of this key goes to the person
    made    integer not null,
    read_at integer not null, -- 0 while unread
    settled integer not null  -- when the matter was dealt with, 0 while it is open
) strict;
create index notice_person on notice (person, id);
create index notice_unread on notice (person) where read_at = 0;
create index notice_ref on notice (ref) where settled = 0;
create index notice_open on notice (due) where settled = 0 and due <> '';
create unique index notice_once on notice (person, once) where once <> '';

-- What goes out of the house about a notice. Group channels have no person.
create table outbox (
    id      integer not null primary key,
    channel text    not null,
    person  integer not null, -- 0 for a group
    organ   integer not null,
    notice  integer not null, -- 0 for a test
    kind    text    not null,
    number  text    not null,
    due     text    not null,
    state   text    not null, -- digest, waiting, sent, dropped
    made    integer not null,
    due_at  integer not null, -- when it may go, milliseconds
    sent_at integer not null,
    error   text    not null
) strict;
create index outbox_notice on outbox (notice);
create index outbox_digest on outbox (channel, person) where state = 'digest';
create index outbox_state on outbox (state, id);

-- How a person wants to be told. No row: as the organ has it.
create table notice_choice (
    person  integer not null primary key references person (id),
    mail    text    not null, -- each, digest, off
    sms     text    not null,
    quiet   text    not null, -- '' as the organ has it
    version integer not null
) strict;

-- Channels that running instances serve.
create table channel (
    name   text    not null,
    runner text    not null,
    seen   integer not null,
    sent   integer not null, -- when a message last went, 0 for never
    error  text    not null, -- of the last message, '' if it went
    failed integer not null, -- when that was
    primary key (name, runner)
) strict, without rowid;

-- +goose Down
drop table channel;
drop table notice_choice;
drop table outbox;
drop table notice;
drop table schedule;
drop table job;
