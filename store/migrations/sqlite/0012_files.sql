-- +goose Up

-- What the malware scan said of a kept file. A file without a row was not
-- looked at yet. The column is not called file_hash: it keeps no file alive.
create table blob_state (
    hash       text    not null primary key,
    state      text    not null, -- clean, infected, unscanned
    scanned_at integer not null,
    detail     text    not null  -- the signature, or why it could not be scanned
) strict, without rowid;
create index blob_state_left on blob_state (scanned_at) where state = 'unscanned';

-- Files that are personal: each encrypted under a key of its own. The key is
-- sealed under the secret of the instance; without it the file is noise.
create table private_file (
    id             integer not null primary key,
    ref            text    not null, -- what it belongs to
    private_object text    not null unique, -- name of the object, random
    sealed_key     blob    not null, -- empty once it was erased
    size           integer not null, -- of the content
    type           text    not null,
    state          text    not null, -- new, clean, infected, unscanned
    scanned_at     integer not null,
    detail         text    not null,
    made_at        integer not null,
    kept           integer not null, -- 1 once an act names it
    dropped_at     integer not null  -- when its key was destroyed, 0 if it is there
) strict;
create index private_file_ref on private_file (ref);
create index private_file_left on private_file (scanned_at) where state in ('new', 'unscanned');

-- One row, sealed under the secret: another secret does not open it.
create table secret_check (
    id     integer not null primary key,
    sealed blob    not null
) strict;

-- +goose Down
drop table secret_check;
drop table private_file;
drop table blob_state;
