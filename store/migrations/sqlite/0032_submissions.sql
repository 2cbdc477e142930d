-- +goose Up

-- Material that a section or a village hands to the publishing desk 移送, or is
-- asked for.
create table submission (
    id       integer not null primary key,
    organ    integer not null references organ (id), -- the section, the village, or the organ itself
    number   text not null,
    title    text not null,
    kind     text not null, -- proposed, '' for none
    category text not null,
    made     text not null,
    due      text not null, -- day by which the desk asked for it, '' for none
    note     text not null,
    files    text not null, -- json
    amounts  text not null, -- json
    state    text not null,
    sender   integer not null, -- person
    taker    integer not null, -- person of the desk
    asked    text not null, -- days
    sent     text not null,
    settled  text not null,
    late     integer not null, -- it was sent after the day
    reason   text not null, -- of a return
    item     integer not null, -- draft made of it, 0
    search   text not null,
    version  integer not null
) strict;
create index submission_organ on submission (organ, id);
create index submission_open on submission (state, due) where state in ('asked', 'sent', 'returned');
create index submission_item on submission (item) where item <> 0;

-- What was public before this program was there 补录, as a list to work off. How
-- far a line is, its item says.
create table backfill (
    id        integer not null primary key,
    organ     integer not null references organ (id),
    title     text not null,
    doc_no    text not null,
    made      text not null,
    original  text not null,
    url       text not null,
    kind      text not null,
    category  text not null,
    file      integer not null, -- private file, 0 for none
    file_name text not null,
    person    integer not null, -- who does it, 0
    dropped   text not null, -- why it is not taken over, '' while it is
    item      integer not null, -- 0 before the draft
    search    text not null,
    version   integer not null,
    made_at   integer not null
) strict;
create index backfill_organ on backfill (organ, id);
create index backfill_item on backfill (item) where item <> 0;

-- +goose Down
drop table backfill;
drop table submission;
