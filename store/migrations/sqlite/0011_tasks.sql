-- +goose Up

create table task (
    id       integer not null primary key,
    organ    integer not null references organ (id),
    role     text    not null, -- who may take it, '' if it is for one person
    person   integer not null, -- who has it, 0 while nobody took it
    title    text    not null,
    body     text    not null,
    ref      text    not null,
    due      text    not null, -- '' for none
    basis    text    not null,
    state    text    not null,
    given_by integer not null,
    answer   text    not null,
    version  integer not null,
    given_at integer not null,
    ended_at integer not null, -- 0 while it is open
    search   text    not null  -- title, folded
) strict;
create index task_person on task (person, ended_at, due);
create index task_organ on task (organ, ended_at, due);
create index task_given on task (given_by, ended_at);
create index task_ref on task (ref) where ref <> '';

create table approval (
    id       integer not null primary key,
    organ    integer not null references organ (id),
    title    text    not null,
    facts    text    not null, -- JSON
    ref      text    not null,
    asked_by integer not null,
    steps    text    not null, -- JSON
    state    text    not null,
    role     text    not null, -- of the step that waits, '' if none does
    version  integer not null,
    asked_at integer not null,
    ended_at integer not null,
    search   text    not null
) strict;
create index approval_role on approval (organ, role, id);
create index approval_asked on approval (asked_by, id);
create index approval_ref on approval (ref) where ref <> '';

-- +goose Down
drop table approval;
drop table task;
