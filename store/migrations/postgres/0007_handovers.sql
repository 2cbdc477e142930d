-- +goose Up

-- Handing over of work 工作交接: the list of what was somebody's, where each
-- thing went, and who signed.
create table handover (
    id         bigint not null primary key,
    person     bigint not null references person (id),
    organ      bigint not null references organ (id), -- that answers for it, as it began
    leaves     bigint not null, -- 1: the person leaves; 0: only posts change
    day        text collate "C" not null, -- last day in the work
    reason     text collate "C" not null,
    successor  bigint not null,
    witness    bigint not null,
    state      text collate "C" not null,
    begun_at   bigint not null,
    done_day   text collate "C" not null, -- '' before
    version    bigint not null
);
create unique index handover_open on handover (person) where state = 'open';
create index handover_person on handover (person, id);
create index handover_organ on handover (organ, id);

-- What was decided about a matter; once the handover is done, every matter.
create table handover_matter (
    handover bigint not null references handover (id),
    part     text collate "C" not null,
    ref      text collate "C" not null,
    n        bigint not null, -- its place in the printed list
    what     text collate "C" not null,
    how      text collate "C" not null,
    receiver bigint not null, -- 0 for none
    word     text collate "C" not null,
    primary key (handover, part, ref)
);

create table handover_party (
    handover bigint not null references handover (id),
    side     text collate "C" not null,
    person   bigint not null,
    at       bigint not null, -- when it was confirmed
    paper    text collate "C" not null, -- day of a signature on paper, '' if it was confirmed here
    entered  bigint not null, -- who entered that, 0
    primary key (handover, side, person)
);
create index handover_party_person on handover_party (person, handover);

create index post_role on post (role, organ);

-- +goose Down
drop index post_role;
drop table handover_party;
drop table handover_matter;
drop table handover;
