-- +goose Up

create table person (
    id         integer not null primary key,
    organ      integer not null references organ (id),
    name       text    not null,
    title      text    not null,
    phone      text    not null,
    email      text    not null,
    login      text    not null, -- '' for one who does not sign in
    valid_from text    not null,
    valid_to   text    not null,
    version    integer not null,
    search     text    not null, -- name, login and title, folded
    saved_at   integer not null
) strict;
create unique index person_login on person (login) where login <> '';
create index person_organ on person (organ, id);

create table post (
    id         integer not null primary key,
    person     integer not null references person (id),
    organ      integer not null references organ (id),
    role       text    not null,
    valid_from text    not null,
    valid_to   text    not null
) strict;
create index post_person on post (person);
create index post_organ on post (organ, role);

-- +goose Down
drop table post;
drop table person;
