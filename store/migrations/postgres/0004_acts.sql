-- +goose Up

-- Everything that happened, and with it the internal log. An entry is the whole
-- act in canonical form; the log commits to it with the salt. Details may hold
-- personal data: the entry has their salted hash, and they can be erased.
create table act (
    id      bigint not null primary key,
    ref     text collate "C"    not null, -- what the act is about
    seq     bigint not null, -- its number in the history of that
    kind    text collate "C"    not null,
    version bigint not null, -- of the kind
    on_day  text collate "C"    not null, -- that counts in law
    at      bigint not null,
    officer bigint not null, -- a person, 0 for the program
    organ   bigint not null, -- for which it was done, 0 for none
    entry   text collate "C"    not null, -- canonical JSON
    salt    bytea    not null,
    detail  text collate "C"    not null, -- canonical JSON, '' if there is none or it was erased
    hash    bytea    not null, -- of the leaf: the salted entry
    idx     bigint,          -- its number in the internal log, from 0
    unique (ref, seq)
);
create unique index act_idx on act (idx) where idx is not null;
create index act_pending on act (id) where idx is null;
create index act_officer on act (officer, id);
create index act_organ on act (organ, id);
create index act_kind on act (kind, id);

create table act_hash (
    pos  bigint not null primary key,
    hash bytea    not null
);

create table act_checkpoint (
    seq  bigint not null primary key,
    size bigint not null,
    note text collate "C"    not null,
    at   bigint not null
);

-- What was answered to a form, by the key it carried: a double click or a
-- retry gets the first answer again.
create table operation (
    key     text collate "C"    not null primary key,
    officer bigint not null,
    at      bigint not null,
    answer  text collate "C"    not null
);
create index operation_at on operation (at);

-- Settings of an organ, 0 for those of the whole instance. Law that practice
-- reads in two ways is decided here.
create table setting (
    organ   bigint not null,
    name    text collate "C" not null,
    value   text collate "C" not null,
    version bigint not null,
    primary key (organ, name)
);

-- The organ that answers for this one: itself, or for an 内设机构 or 村 the one
-- above it. Permission asks it.
alter table organ add column home bigint not null default 0;
update organ set home = case when kind in ('section', 'village') and parent is not null then parent else id end;

-- +goose Down
alter table organ drop column home;
drop table setting;
drop table operation;
drop table act_checkpoint;
drop table act_hash;
drop table act;
