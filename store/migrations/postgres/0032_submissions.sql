-- +goose Up

-- Material that a section or a village hands to the publishing desk 移送, or is
-- asked for.
create table submission (
    id       bigint not null primary key,
    organ    bigint not null references organ (id), -- the section, the village, or the organ itself
    number   text collate "C" not null,
    title    text collate "C" not null,
    kind     text collate "C" not null, -- proposed, '' for none
    category text collate "C" not null,
    made     text collate "C" not null,
    due      text collate "C" not null, -- day by which the desk asked for it, '' for none
    note     text collate "C" not null,
    files    text collate "C" not null, -- json
    amounts  text collate "C" not null, -- json
    state    text collate "C" not null,
    sender   bigint not null, -- person
    taker    bigint not null, -- person of the desk
    asked    text collate "C" not null, -- days
    sent     text collate "C" not null,
    settled  text collate "C" not null,
    late     bigint not null, -- it was sent after the day
    reason   text collate "C" not null, -- of a return
    item     bigint not null, -- draft made of it, 0
    search   text collate "C" not null,
    version  bigint not null
);
create index submission_organ on submission (organ, id);
create index submission_open on submission (state, due) where state in ('asked', 'sent', 'returned');
create index submission_item on submission (item) where item <> 0;

-- What was public before this program was there 补录, as a list to work off. How
-- far a line is, its item says.
create table backfill (
    id        bigint not null primary key,
    organ     bigint not null references organ (id),
    title     text collate "C" not null,
    doc_no    text collate "C" not null,
    made      text collate "C" not null,
    original  text collate "C" not null,
    url       text collate "C" not null,
    kind      text collate "C" not null,
    category  text collate "C" not null,
    file      bigint not null, -- private file, 0 for none
    file_name text collate "C" not null,
    person    bigint not null, -- who does it, 0
    dropped   text collate "C" not null, -- why it is not taken over, '' while it is
    item      bigint not null, -- 0 before the draft
    search    text collate "C" not null,
    version   bigint not null,
    made_at   bigint not null
);
create index backfill_organ on backfill (organ, id);
create index backfill_item on backfill (item) where item <> 0;

-- +goose Down
drop table backfill;
drop table submission;
