-- +goose Up

-- How a person signs in. A password is kept as argon2id hash, the secret of
-- one-time codes encrypted.
create table account (
    person   integer not null primary key references person (id),
    open     integer not null, -- 0: closed
    password text    not null, -- argon2id in the usual form, '' for none
    one_time integer not null, -- 1: somebody else set it, the owner replaces it
    set_at   integer not null, -- when the password was set
    factor   integer not null, -- second factor: 0 none, 1 being set up, 2 in use
    secret   blob    not null, -- of one-time codes, encrypted; empty for none
    used     integer not null, -- time step of the code last used
    version  integer not null
) strict;

create table account_recovery (
    person  integer not null references person (id),
    hash    text    not null,
    used_at integer not null, -- 0: not used
    primary key (person, hash)
) strict, without rowid;

create table account_identity (
    issuer    text    not null,
    subject   text    not null,
    person    integer not null references person (id),
    label     text    not null, -- how its owner recognises it
    linked_at integer not null,
    primary key (issuer, subject)
) strict, without rowid;
create index account_identity_person on account_identity (person);

-- Refused attempts of one account in one minute, until they are an act; person
-- 0 for logins that nobody has.
create table account_refusal (
    person    integer not null,
    minute    integer not null, -- since 1970
    n         integer not null,
    addresses text    not null,
    primary key (person, minute)
) strict, without rowid;

-- Wrong attempts in a row of one login or one address. No part of a backup.
create table attempt (
    name    text    not null primary key,
    n       integer not null,
    at      integer not null,
    blocked integer not null -- until this instant
) strict, without rowid;
create index attempt_at on attempt (at);

-- Who is signed in. No part of a backup.
create table session (
    id      integer not null primary key,
    hash    text    not null unique, -- of the token in the cookie
    person  integer not null references person (id),
    whole   integer not null, -- 0: the second factor is missing
    began   integer not null,
    seen    integer not null,
    sure    integer not null, -- when the person last proved who he is
    idle    integer not null, -- ends after so long without a request
    ends    integer not null,
    how     text    not null,
    device  text    not null,
    address text    not null
) strict;
create index session_person on session (person);
create index session_ends on session (ends);

-- +goose Down
drop table session;
drop table attempt;
drop table account_refusal;
drop table account_identity;
drop table account_recovery;
drop table account;
