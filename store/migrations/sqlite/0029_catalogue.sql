-- +goose Up

-- The monthly ledger: what a section stated for a month, on one source. A figure
-- that has no row was not stated.
create table month_sheet (
    organ     integer not null references organ (id), -- the section, or the organ itself
    year      integer not null,
    month     integer not null, -- 0 for figures of the whole year
    source    text not null,
    file      integer not null, -- private file, 0 for none
    file_name text not null,
    person    integer not null,
    version   integer not null,
    saved_at  integer not null,
    primary key (organ, year, month)
) strict, without rowid;
create table month_value (
    organ integer not null,
    year  integer not null,
    month integer not null,
    cell  text not null, -- id of the cell of table two
    n     integer not null, -- a count, or millionths of the unit
    primary key (organ, year, month, cell)
) strict, without rowid;

-- The register of documents: older ones that were entered, and of items what the
-- item itself does not say.
create table register (
    id           integer not null primary key, -- of an item, or of its own
    organ        integer not null references organ (id),
    own          integer not null, -- 0: the id is that of an item
    kind         text not null,
    title        text not null,
    doc_no       text not null,
    maker        text not null,
    made         text not null,
    effective    text not null,
    until        text not null,
    published    text not null,
    link         text not null,
    registered   text not null,
    serial       text not null,
    released     text not null,
    abolished    text not null,
    abolished_by text not null,
    amendments   text not null, -- json
    note         text not null,
    version      integer not null,
    saved_at     integer not null
) strict;
create index register_organ on register (organ, id);

create table cleanup (
    id      integer not null primary key,
    organ   integer not null references organ (id),
    title   text not null,
    basis   text not null,
    due     text not null,
    closed  text not null,
    result  integer not null, -- item with the list, 0 before
    version integer not null,
    made_at integer not null
) strict;
create index cleanup_organ on cleanup (organ, id);
create table cleanup_entry (
    cleanup integer not null references cleanup (id),
    entry   integer not null, -- of the register
    verdict text not null,
    reason  text not null,
    person  integer not null,
    primary key (cleanup, entry)
) strict, without rowid;

create table guide (
    organ   integer not null references organ (id),
    n       integer not null,
    body    text not null,
    mark    text not null, -- hash of the facts it was made of
    made    text not null,
    author  integer not null,
    signed  text not null,
    signer  integer not null,
    paper   text not null,
    version integer not null,
    primary key (organ, n)
) strict, without rowid;

-- An edition of the catalogue says which day it stands for; its lines are the
-- items of that day, so that what is withdrawn stands in none.
create table catalogue_edition (
    organ   integer not null references organ (id),
    n       integer not null,
    on_day  text not null,
    items   integer not null,
    person  integer not null,
    made_at integer not null,
    primary key (organ, n)
) strict, without rowid;

create table power_list (
    organ   integer not null primary key references organ (id),
    on_day  text not null,
    entries text not null, -- json
    n       integer not null,
    version integer not null
) strict;

create table standard_entry (
    id         integer not null primary key,
    organ      integer not null references organ (id),
    code       text not null,
    field      text not null,
    matter     text not null,
    part       text not null,
    content    text not null,
    basis      text not null,
    limit_text text not null,
    subject    text not null,
    channels   text not null,
    audience   text not null,
    manner     text not null,
    level      text not null,
    seq        integer not null
) strict;
create unique index standard_code on standard_entry (organ, code);

create index item_field on item (field, organ) where field <> '';

-- +goose Down
drop index item_field;
drop table standard_entry;
drop table power_list;
drop table catalogue_edition;
drop table guide;
drop table cleanup_entry;
drop table cleanup;
drop table register;
drop table month_value;
drop table month_sheet;
