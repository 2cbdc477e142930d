-- +goose Up

-- The monthly ledger: what a section stated for a month, on one source. A figure
-- that has no row was not stated.
create table month_sheet (
    organ     bigint not null references organ (id), -- the section, or the organ itself
    year      bigint not null,
    month     bigint not null, -- 0 for figures of the whole year
    source    text collate "C" not null,
    file      bigint not null, -- private file, 0 for none
    file_name text collate "C" not null,
    person    bigint not null,
    version   bigint not null,
    saved_at  bigint not null,
    primary key (organ, year, month)
);
create table month_value (
    organ bigint not null,
    year  bigint not null,
    month bigint not null,
    cell  text collate "C" not null, -- id of the cell of table two
    n     bigint not null, -- a count, or millionths of the unit
    primary key (organ, year, month, cell)
);

-- The register of documents: older ones that were entered, and of items what the
-- item itself does not say.
create table register (
    id           bigint not null primary key, -- of an item, or of its own
    organ        bigint not null references organ (id),
    own          bigint not null, -- 0: the id is that of an item
    kind         text collate "C" not null,
    title        text collate "C" not null,
    doc_no       text collate "C" not null,
    maker        text collate "C" not null,
    made         text collate "C" not null,
    effective    text collate "C" not null,
    until        text collate "C" not null,
    published    text collate "C" not null,
    link         text collate "C" not null,
    registered   text collate "C" not null,
    serial       text collate "C" not null,
    released     text collate "C" not null,
    abolished    text collate "C" not null,
    abolished_by text collate "C" not null,
    amendments   text collate "C" not null, -- json
    note         text collate "C" not null,
    version      bigint not null,
    saved_at     bigint not null
);
create index register_organ on register (organ, id);

create table cleanup (
    id      bigint not null primary key,
    organ   bigint not null references organ (id),
    title   text collate "C" not null,
    basis   text collate "C" not null,
    due     text collate "C" not null,
    closed  text collate "C" not null,
    result  bigint not null, -- item with the list, 0 before
    version bigint not null,
    made_at bigint not null
);
create index cleanup_organ on cleanup (organ, id);
create table cleanup_entry (
    cleanup bigint not null references cleanup (id),
    entry   bigint not null, -- of the register
    verdict text collate "C" not null,
    reason  text collate "C" not null,
    person  bigint not null,
    primary key (cleanup, entry)
);

create table guide (
    organ   bigint not null references organ (id),
    n       bigint not null,
    body    text collate "C" not null,
    mark    text collate "C" not null, -- hash of the facts it was made of
    made    text collate "C" not null,
    author  bigint not null,
    signed  text collate "C" not null,
    signer  bigint not null,
    paper   text collate "C" not null,
    version bigint not null,
    primary key (organ, n)
);

-- An edition of the catalogue says which day it stands for; its lines are the
-- items of that day, so that what is withdrawn stands in none.
create table catalogue_edition (
    organ   bigint not null references organ (id),
    n       bigint not null,
    on_day  text collate "C" not null,
    items   bigint not null,
    person  bigint not null,
    made_at bigint not null,
    primary key (organ, n)
);

create table power_list (
    organ   bigint not null primary key references organ (id),
    on_day  text collate "C" not null,
    entries text collate "C" not null, -- json
    n       bigint not null,
    version bigint not null
);

create table standard_entry (
    id         bigint not null primary key,
    organ      bigint not null references organ (id),
    code       text collate "C" not null,
    field      text collate "C" not null,
    matter     text collate "C" not null,
    part       text collate "C" not null,
    content    text collate "C" not null,
    basis      text collate "C" not null,
    limit_text text collate "C" not null,
    subject    text collate "C" not null,
    channels   text collate "C" not null,
    audience   text collate "C" not null,
    manner     text collate "C" not null,
    level      text collate "C" not null,
    seq        bigint not null
);
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
