-- +goose Up

-- The public log. A leaf is what it commits to, byte for byte. It is written in
-- the transaction of its act, without a number; the integrator numbers it.
create table log_leaf (
    id      integer not null primary key, -- of the act
    ref     text    not null,             -- what the act is about
    seq     integer not null,             -- its number in the history of that
    kind    text    not null,
    version integer not null,             -- of the kind
    at      integer not null,
    officer integer not null,             -- 0 if nobody signed in; not in the leaf
    body    text    not null,             -- the leaf: canonical JSON
    hash    blob    not null,             -- of the leaf
    idx     integer,                      -- its number in the log, from 0
    unique (ref, seq)
) strict;
create unique index log_leaf_idx on log_leaf (idx) where idx is not null;
create index log_leaf_pending on log_leaf (id) where idx is null;

-- Hashes of the Merkle tree by stored position (golang.org/x/mod/sumdb/tlog).
create table log_hash (
    pos  integer not null primary key,
    hash blob    not null
) strict;

-- Signed heads, in the order they were signed.
create table log_checkpoint (
    seq  integer not null primary key,
    size integer not null,
    note text    not null,
    at   integer not null
) strict;

-- +goose Down
drop table log_checkpoint;
drop table log_hash;
drop table log_leaf;
