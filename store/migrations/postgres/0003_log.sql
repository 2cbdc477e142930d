-- +goose Up

-- The public log. A leaf is what it commits to, byte for byte. It is written in
-- the transaction of its act, without a number; the integrator numbers it.
create table log_leaf (
    id      bigint not null primary key, -- of the act
    ref     text collate "C" not null, -- what the act is about
    seq     bigint not null, -- its number in the history of that
    kind    text collate "C" not null,
    version bigint not null, -- of the kind
    at      bigint not null,
    officer bigint not null, -- 0 if nobody signed in; not in the leaf
    body    text collate "C" not null, -- the leaf: canonical JSON
    hash    bytea not null, -- of the leaf
    idx     bigint, -- its number in the log, from 0
    unique (ref, seq)
);
create unique index log_leaf_idx on log_leaf (idx) where idx is not null;
create index log_leaf_pending on log_leaf (id) where idx is null;

-- Hashes of the Merkle tree by stored position (golang.org/x/mod/sumdb/tlog).
create table log_hash (
    pos  bigint not null primary key,
    hash bytea not null
);

-- Signed heads, in the order they were signed.
create table log_checkpoint (
    seq  bigint not null primary key,
    size bigint not null,
    note text collate "C" not null,
    at   bigint not null
);

-- +goose Down
drop table log_checkpoint;
drop table log_hash;
drop table log_leaf;
