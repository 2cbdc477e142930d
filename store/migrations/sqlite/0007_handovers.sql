-- +goose Up

-- Handing over of work 工作交接: the list of what was somebody's, where each
-- thing went, and who signed.
create table handover (
    id         integer not null primary key,
    person     integer not null references person (id),
    organ      integer not null references organ (id), -- that answers for it, as it began
    leaves     integer not null, -- 1: the person leaves; 0: only posts change
    day        text    not null, -- last day in the work
    reason     text    not null,
    successor  integer not null,
    witness    integer not null,
    state      text    not null,
    begun_at   integer not null,
    done_day   text    not null, -- '' before
    version    integer not null
) strict;
create unique index handover_open on handover (person) where state = 'open';
create index handover_person on handover (person, id);
create index handover_organ on handover (organ, id);

-- What was decided about a matter; once the handover is done, every matter.
create table handover_matter (
    handover integer not null references handover (id),
    part     text    not null,
    ref      text    not null,
    n        integer not null, -- its place in the printed list
    what     text    not null,
    how      text    not null,
    receiver integer not null, -- 0 for none
    word     text    not null,
    primary key (handover, part, ref)
) strict;

create table handover_party (
    handover integer not null references handover (id),
    side     text    not null,
    person   integer not null,
    at       integer not null, -- when it was confirmed
    paper    text    not null, -- day of a signature on paper, '' if it was confirmed here
    entered  integer not null, -- who entered that, 0
    primary key (handover, side, person)
) strict;
create index handover_party_person on handover_party (person, handover);

create index post_role on post (role, organ);

-- +goose Down
drop index post_role;
drop table handover_party;
drop table handover_matter;
drop table handover;
