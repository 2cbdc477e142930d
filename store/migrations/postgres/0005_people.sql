-- +goose Up

create table person (
    id         bigint not null primary key,
    organ      bigint not null references organ (id),
    name       text collate "C"    not null,
    title      text collate "C"    not null,
    phone      text collate "C"    not null,
    email      text collate "C"    not null,
    login      text collate "C"    not null, -- '' for one who does not sign in
    valid_from text collate "C"    not null,
    valid_to   text collate "C"    not null,
    version    bigint not null,
    search     text collate "C"    not null, -- name, login and title, folded
    saved_at   bigint not null
);
create unique index person_login on person (login) where login <> '';
create index person_organ on person (organ, id);

create table post (
    id         bigint not null primary key,
    person     bigint not null references person (id),
    organ      bigint not null references organ (id),
    role       text collate "C"    not null,
    valid_from text collate "C"    not null,
    valid_to   text collate "C"    not null
);
create index post_person on post (person);
create index post_organ on post (organ, role);

-- +goose Down
drop table post;
drop table person;
