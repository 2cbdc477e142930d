-- +goose Up

-- 考核方案. The draft is what is being written; an edition that was published is
-- never changed.
create table scheme (
    id           integer not null primary key,
    organ        integer not null references organ (id), -- whose office assesses by it
    code         text    not null, -- of the shipped scheme it was made from, '' for none
    name         text    not null,
    group_name   text    not null,
    year         integer not null,
    internal     integer not null, -- 1: for 内设机构 and 村
    draft        text    not null, -- JSON, '' where nothing was changed since the last edition
    edition      integer not null, -- the newest, 0 for none
    published_on text    not null,
    retired_on   text    not null, -- '' while it may be used
    version      integer not null,
    saved_at     integer not null,
    saved_by     integer not null
) strict;
create index scheme_organ on scheme (organ, id);

create table scheme_edition (
    scheme  integer not null references scheme (id),
    edition integer not null,
    body    text    not null, -- JSON
    on_day  text    not null,
    officer integer not null,
    primary key (scheme, edition)
) strict, without rowid;

-- A round of assessment: one edition applied to a group for a period.
create table score_round (
    id          integer not null primary key,
    organ       integer not null references organ (id), -- whose office assesses
    scheme      integer not null,
    edition     integer not null,
    name        text    not null,
    group_name  text    not null,
    year        integer not null,
    period      text    not null,
    number      integer not null,
    state       text    not null,
    computed    text    not null, -- day on which facts were frozen, '' before
    computed_by integer not null,
    submit_by   integer not null,
    submit_on   text    not null,
    review_by   integer not null,
    reviewer    text    not null,
    review_on   text    not null,
    announced   text    not null,
    appeal_due  text    not null,
    board       integer not null, -- 1: organs see the whole ranking
    version     integer not null,
    made_at     integer not null,
    foreign key (scheme, edition) references scheme_edition (scheme, edition)
) strict;
create index score_round_organ on score_round (organ, id);
create unique index score_round_term on score_round (scheme, year, period, number) where state not in ('dropped', 'opening');

-- The score table of one organ in one round.
create table assessment (
    id          integer not null primary key,
    score_round integer not null references score_round (id),
    organ       integer not null references organ (id),
    marks       text    not null, -- JSON
    self_on     text    not null,
    base        integer not null, -- hundredths of a point, as all that follow
    bonus       integer not null,
    minus       integer not null,
    total       integer not null,
    vetoed      integer not null,
    cap         integer not null,
    open_marks  integer not null,
    waits       integer not null,
    failed      integer not null,
    left_out    integer not null,
    full_points integer not null,
    ranked      integer not null, -- 1: takes part in the ranking
    version     integer not null
) strict;
create unique index assessment_organ on assessment (score_round, organ);
create index assessment_rank on assessment (score_round, ranked, total, organ);
create index assessment_of on assessment (organ, score_round);

-- Who gave points in a round: they do not review it.
create table score_person (
    score_round integer not null references score_round (id),
    person      integer not null,
    primary key (score_round, person)
) strict, without rowid;

create table score_appeal (
    id          integer not null primary key,
    score_round integer not null references score_round (id),
    assessment  integer not null references assessment (id),
    organ       integer not null references organ (id),
    item        text    not null, -- key of the indicator
    own         integer not null, -- 1: the office looks again by itself
    was         integer not null,
    want        integer not null,
    body        text    not null,
    files       text    not null, -- JSON
    asked_by    integer not null,
    on_day      text    not null,
    due         text    not null,
    state       text    not null,
    became      integer not null,
    reply       text    not null,
    decided_by  integer not null,
    decided_on  text    not null,
    version     integer not null
) strict;
create index score_appeal_round on score_appeal (score_round, state, id);
create index score_appeal_sheet on score_appeal (assessment, item);
create index score_appeal_organ on score_appeal (organ, id);
create unique index score_appeal_open on score_appeal (assessment, item) where state = 'asked';

-- +goose Down
drop table score_appeal;
drop table score_person;
drop table assessment;
drop table score_round;
drop table scheme_edition;
drop table scheme;
