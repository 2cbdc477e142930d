-- +goose Up

create table task (
    id       bigint not null primary key,
    organ    bigint not null references organ (id),
    role     text collate "C"    not null, -- who may take it, '' if it is for one person
    person   bigint not null, -- who has it, 0 while nobody took it
    title    text collate "C"    not null,
    body     text collate "C"    not null,
    ref      text collate "C"    not null,
    due      text collate "C"    not null, -- '' for none
    basis    text collate "C"    not null,
    state    text collate "C"    not null,
    given_by bigint not null,
    answer   text collate "C"    not null,
    version  bigint not null,
    given_at bigint not null,
    ended_at bigint not null, -- 0 while it is open
    search   text collate "C"    not null  -- title, folded
);
create index task_person on task (person, ended_at, due);
create index task_organ on task (organ, ended_at, due);
create index task_given on task (given_by, ended_at);
create index task_ref on task (ref) where ref <> '';

create table approval (
    id       bigint not null primary key,
    organ    bigint not null references organ (id),
    title    text collate "C"    not null,
    facts    text collate "C"    not null, -- JSON
    ref      text collate "C"    not null,
    asked_by bigint not null,
    steps    text collate "C"    not null, -- JSON
    state    text collate "C"    not null,
    role     text collate "C"    not null, -- of the step that waits, '' if none does
    version  bigint not null,
    asked_at bigint not null,
    ended_at bigint not null,
    search   text collate "C"    not null
);
create index approval_role on approval (organ, role, id);
create index approval_asked on approval (asked_by, id);
create index approval_ref on approval (ref) where ref <> '';

-- +goose Down
drop table approval;
drop table task;
