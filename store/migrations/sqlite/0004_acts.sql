-- +goose Up

-- Everything that happened, and with it the internal log. An entry is the whole
-- act in canonical form; the log commits to it with the salt. Details may hold
-- personal data: the entry has their salted hash, and they can be erased.
create table act (
    id      integer not null primary key,
    ref     text    not null, -- what the act is about
    seq     integer not null, -- its number in the history of that
    kind    text    not null,
    version integer not null, -- of the kind
    on_day  text    not null, -- that counts in law
    at      integer not null,
    officer integer not null, -- a person, 0 for the program
    organ   integer not null, -- for which it was done, 0 for none
    entry   text    not null, -- canonical JSON
    salt    blob    not null,
    detail  text    not null, -- canonical JSON, '' if there is none or it was erased
    hash    blob    not null, -- of the leaf: the salted entry
    idx     integer,          -- its number in the internal log, from 0
    unique (ref, seq)
) strict;
create unique index act_idx on act (idx) where idx is not null;
create index act_pending on act (id) where idx is null;
create index act_officer on act (officer, id);
create index act_organ on act (organ, id);
create index act_kind on act (kind, id);

create table act_hash (
    pos  integer not null primary key,
    hash blob    not null
) strict;

create table act_checkpoint (
    seq  integer not null primary key,
    size integer not null,
    note text    not null,
    at   integer not null
) strict;

-- What was answered to a form, by the key it carried: a double click or a
-- retry gets the first answer again.
create table operation (
    key     text    not null primary key,
    officer integer not null,
    at      integer not null,
    answer  text    not null
) strict, without rowid;
create index operation_at on operation (at);

-- Settings of an organ, 0 for those of the whole instance. Law that practice
-- reads in two ways is decided here.
create table setting (
    organ   integer not null,
    name    text    not null,
    value   text    not null,
    version integer not null,
    primary key (organ, name)
) strict, without rowid;

-- The organ that answers for this one: itself, or for an 内设机构 or 村 the one
-- above it. Permission asks it.
alter table organ add column home integer not null default 0;
update organ set home = case when kind in ('section', 'village') and parent is not null then parent else id end;

-- +goose Down
alter table organ drop column home;
drop table setting;
drop table operation;
drop table act_checkpoint;
drop table act_hash;
drop table act;
