-- +goose Up

-- What the malware scan said of a kept file. A file without a row was not
-- looked at yet. The column is not called file_hash: it keeps no file alive.
create table blob_state (
    hash       text collate "C" not null primary key,
    state      text collate "C" not null, -- clean, infected, unscanned
    scanned_at bigint not null,
    detail     text collate "C" not null  -- the signature, or why it could not be scanned
);
create index blob_state_left on blob_state (scanned_at) where state = 'unscanned';

-- Files that are personal: each encrypted under a key of its own. The key is
-- sealed under the secret of the instance; without it the file is noise.
create table private_file (
    id             bigint not null primary key,
    ref            text collate "C" not null, -- what it belongs to
    private_object text collate "C" not null unique, -- name of the object, random
    sealed_key     bytea    not null, -- empty once it was erased
    size           bigint not null, -- of the content
    type           text collate "C" not null,
    state          text collate "C" not null, -- new, clean, infected, unscanned
    scanned_at     bigint not null,
    detail         text collate "C" not null,
    made_at        bigint not null,
    kept           bigint not null, -- 1 once an act names it
    dropped_at     bigint not null  -- when its key was destroyed, 0 if it is there
);
create index private_file_ref on private_file (ref);
create index private_file_left on private_file (scanned_at) where state in ('new', 'unscanned');

-- One row, sealed under the secret: another secret does not open it.
create table secret_check (
    id     bigint not null primary key,
    sealed bytea    not null
);

-- +goose Down
drop table secret_check;
drop table private_file;
drop table blob_state;
