-- +goose Up

-- How a person signs in. A password is kept as argon2id hash, the secret of
-- one-time codes encrypted.
create table account (
    person   bigint not null primary key references person (id),
    open     bigint not null, -- 0: closed
    password text collate "C" not null, -- argon2id in the usual form, '' for none
    one_time bigint not null, -- 1: somebody else set it, the owner replaces it
    set_at   bigint not null, -- when the password was set
    factor   bigint not null, -- second factor: 0 none, 1 being set up, 2 in use
    secret   bytea   not null, -- of one-time codes, encrypted; empty for none
    used     bigint not null, -- time step of the code last used
    version  bigint not null
);

create table account_recovery (
    person  bigint not null references person (id),
    hash    text collate "C" not null,
    used_at bigint not null, -- 0: not used
    primary key (person, hash)
);

create table account_identity (
    issuer    text collate "C" not null,
    subject   text collate "C" not null,
    person    bigint not null references person (id),
    label     text collate "C" not null, -- how its owner recognises it
    linked_at bigint not null,
    primary key (issuer, subject)
);
create index account_identity_person on account_identity (person);

-- Refused attempts of one account in one minute, until they are an act; person
-- 0 for logins that nobody has.
create table account_refusal (
    person    bigint not null,
    minute    bigint not null, -- since 1970
    n         bigint not null,
    addresses text collate "C" not null,
    primary key (person, minute)
);

-- Wrong attempts in a row of one login or one address. No part of a backup.
create table attempt (
    name    text collate "C" not null primary key,
    n       bigint not null,
    at      bigint not null,
    blocked bigint not null -- until this instant
);
create index attempt_at on attempt (at);

-- Who is signed in. No part of a backup.
create table session (
    id      bigint not null primary key,
    hash    text collate "C" not null unique, -- of the token in the cookie
    person  bigint not null references person (id),
    whole   bigint not null, -- 0: the second factor is missing
    began   bigint not null,
    seen    bigint not null,
    sure    bigint not null, -- when the person last proved who he is
    idle    bigint not null, -- ends after so long without a request
    ends    bigint not null,
    how     text collate "C" not null,
    device  text collate "C" not null,
    address text collate "C" not null
);
create index session_person on session (person);
create index session_ends on session (ends);

-- +goose Down
drop table session;
drop table attempt;
drop table account_refusal;
drop table account_identity;
drop table account_recovery;
drop table account;
