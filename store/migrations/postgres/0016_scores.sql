-- +goose Up

-- 考核方案. The draft is what is being written; an edition that was published is
-- never changed.
create table scheme (
    id           bigint  not null primary key,
    organ        bigint  not null references organ (id), -- whose office assesses by it
    code         text collate "C" not null, -- of the shipped scheme it was made from, '' for none
    name         text collate "C" not null,
    group_name   text collate "C" not null,
    year         bigint  not null,
    internal     bigint  not null, -- 1: for 内设机构 and 村
    draft        text collate "C" not null, -- JSON, '' where nothing was changed since the last edition
    edition      bigint  not null, -- the newest, 0 for none
    published_on text collate "C" not null,
    retired_on   text collate "C" not null, -- '' while it may be used
    version      bigint  not null,
    saved_at     bigint  not null,
    saved_by     bigint  not null
);
create index scheme_organ on scheme (organ, id);

create table scheme_edition (
    scheme  bigint  not null references scheme (id),
    edition bigint  not null,
    body    text collate "C" not null, -- JSON
    on_day  text collate "C" not null,
    officer bigint  not null,
    primary key (scheme, edition)
);

-- A round of assessment: one edition applied to a group for a period.
create table score_round (
    id          bigint  not null primary key,
    organ       bigint  not null references organ (id), -- whose office assesses
    scheme      bigint  not null,
    edition     bigint  not null,
    name        text collate "C" not null,
    group_name  text collate "C" not null,
    year        bigint  not null,
    period      text collate "C" not null,
    number      bigint  not null,
    state       text collate "C" not null,
    computed    text collate "C" not null, -- day on which facts were frozen, '' before
    computed_by bigint  not null,
    submit_by   bigint  not null,
    submit_on   text collate "C" not null,
    review_by   bigint  not null,
    reviewer    text collate "C" not null,
    review_on   text collate "C" not null,
    announced   text collate "C" not null,
    appeal_due  text collate "C" not null,
    board       bigint  not null, -- 1: organs see the whole ranking
    version     bigint  not null,
    made_at     bigint  not null,
    foreign key (scheme, edition) references scheme_edition (scheme, edition)
);
create index score_round_organ on score_round (organ, id);
create unique index score_round_term on score_round (scheme, year, period, number) where state not in ('dropped', 'opening');

-- The score table of one organ in one round.
create table assessment (
    id          bigint  not null primary key,
    score_round bigint  not null references score_round (id),
    organ       bigint  not null references organ (id),
    marks       text collate "C" not null, -- JSON
    self_on     text collate "C" not null,
    base        bigint  not null, -- hundredths of a point, as all that follow
    bonus       bigint  not null,
    minus       bigint  not null,
    total       bigint  not null,
    vetoed      bigint  not null,
    cap         bigint  not null,
    open_marks  bigint  not null,
    waits       bigint  not null,
    failed      bigint  not null,
    left_out    bigint  not null,
    full_points bigint  not null,
    ranked      bigint  not null, -- 1: takes part in the ranking
    version     bigint  not null
);
create unique index assessment_organ on assessment (score_round, organ);
create index assessment_rank on assessment (score_round, ranked, total, organ);
create index assessment_of on assessment (organ, score_round);

-- Who gave points in a round: they do not review it.
create table score_person (
    score_round bigint  not null references score_round (id),
    person      bigint  not null,
    primary key (score_round, person)
);

create table score_appeal (
    id          bigint  not null primary key,
    score_round bigint  not null references score_round (id),
    assessment  bigint  not null references assessment (id),
    organ       bigint  not null references organ (id),
    item        text collate "C" not null, -- key of the indicator
    own         bigint  not null, -- 1: the office looks again by itself
    was         bigint  not null,
    want        bigint  not null,
    body        text collate "C" not null,
    files       text collate "C" not null, -- JSON
    asked_by    bigint  not null,
    on_day      text collate "C" not null,
    due         text collate "C" not null,
    state       text collate "C" not null,
    became      bigint  not null,
    reply       text collate "C" not null,
    decided_by  bigint  not null,
    decided_on  text collate "C" not null,
    version     bigint  not null
);
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
