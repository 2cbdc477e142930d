-- +goose Up

-- Instances that hand packages to this one or take them: named by their log.
create table peer (
    id       bigint not null primary key,
    log      text collate "C" not null unique, -- name of the log
    title    text collate "C" not null,
    verifier text collate "C" not null, -- its present key
    sends    bigint not null, -- 1: reports come from there
    decides  bigint not null, -- 1: answers come from there
    organs   text collate "C" not null, -- ids of the organs for which, with all below each: JSON
    stopped  bigint not null, -- 1 once it is no longer trusted
    version  bigint not null
);

-- Packages that came in, the last of each number.
create table package_in (
    year        bigint not null,
    organ       bigint not null references organ (id),
    n           bigint not null, -- snapshot at the sender
    peer        bigint not null references peer (id),
    hash        text collate "C" not null, -- of the body
    state       text collate "C" not null, -- submitted, published
    correction  bigint not null,
    on_day      text collate "C" not null, -- as the sender states it
    received_at bigint not null,
    received_by bigint not null,
    answered    bigint not null, -- seq of the last answer that was made, 0 for none
    primary key (year, organ, n)
);

-- Packages that were made, with what came back.
create table package_out (
    year      bigint not null,
    organ     bigint not null references organ (id),
    n         bigint not null,
    hash      text collate "C" not null,
    made_at   bigint not null,
    made_by   bigint not null,
    peer      bigint not null, -- who answered, 0 while nobody has
    answer    text collate "C" not null, -- state of the last answer, '' for none
    seq       bigint not null,
    answer_on text collate "C" not null,
    primary key (year, organ, n)
);

-- +goose Down
drop table package_out;
drop table package_in;
drop table peer;
