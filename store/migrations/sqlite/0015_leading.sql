-- +goose Up

-- 年度工作要点: what an office or organ sets itself and others for a year.
create table plan (
    id       integer not null primary key,
    organ    integer not null references organ (id),
    year     integer not null,
    title    text    not null,
    number   text    not null, -- 文号
    issued   text    not null, -- '' for a draft
    version  integer not null,
    made_at  integer not null
) strict;
create index plan_organ on plan (organ, year);
create index plan_year on plan (year, issued);

create table plan_task (
    id           integer not null primary key,
    plan         integer not null references plan (id),
    parent       integer not null, -- the task it is a part of, 0 for none
    organ        integer not null references organ (id), -- who gave it
    place        integer not null, -- in the list
    number       text    not null,
    chapter      text    not null,
    body         text    not null,
    source       text    not null,
    meeting      integer not null, -- of the leading group, 0 for none
    due          text    not null, -- '' where it goes on all year
    due_text     text    not null,
    measure      text    not null,
    evidence     text    not null,
    done_on      text    not null,
    cancelled_on text    not null,
    version      integer not null,
    made_at      integer not null
) strict;
create index plan_task_plan on plan_task (plan, place, id);
create index plan_task_parent on plan_task (parent) where parent <> 0;

-- Who has a share in a task, and where the share stands.
create table plan_party (
    task        integer not null references plan_task (id),
    organ       integer not null references organ (id),
    lead        integer not null, -- 1 responsible, 0 helping
    state       text    not null,
    percent     integer not null, -- -1 where none was given
    reported_on text    not null,
    done_on     text    not null,
    primary key (task, organ)
) strict, without rowid;
create index plan_party_organ on plan_party (organ, task);

create table plan_report (
    id         integer not null primary key,
    task       integer not null references plan_task (id),
    organ      integer not null references organ (id),
    body       text    not null,
    percent    integer not null,
    claims     integer not null, -- 1: says that the share is done
    link       text    not null,
    meeting    integer not null,
    file       integer not null, -- private file, 0 for none
    file_name  text    not null,
    state      text    not null,
    reason     text    not null,
    person     integer not null, -- who reported
    on_day     text    not null,
    decided_on text    not null
) strict;
create index plan_report_task on plan_report (task, id);

-- 重点公开事项: what an organ has to publish again and again.
create table recurring (
    id         integer not null primary key,
    organ      integer not null references organ (id), -- an organ, or its 内设机构 or 村
    name       text    not null,
    category   text    not null,
    rule       text    not null, -- e.g. monthly:10, see oversight.DutyRule
    basis      text    not null,
    template   text    not null, -- it was made from, '' for none
    first_day  text    not null, -- on which it holds
    last_day   text    not null, -- '' while it has no end
    period     text    not null, -- the earliest that is not ticked off, '' for none
    due        text    not null, -- of that period, '' for none
    version    integer not null,
    made_at    integer not null
) strict;
create index recurring_organ on recurring (organ, due);
create index recurring_due on recurring (due) where due <> '';
create unique index recurring_template on recurring (organ, template) where template <> '';

create table recurring_done (
    item      integer not null references recurring (id),
    period    text    not null,
    due       text    not null,
    done_on   text    not null,
    link      text    not null,
    file      integer not null,
    file_name text    not null,
    note      text    not null,
    person    integer not null,
    id        integer not null,
    primary key (item, period)
) strict, without rowid;
create unique index recurring_done_id on recurring_done (id);

-- What happened that a publication has to follow, e.g. a budget was approved.
create table recurring_event (
    id     integer not null primary key,
    item   integer not null references recurring (id),
    on_day text    not null,
    body   text    not null,
    due    text    not null
) strict;
create index recurring_event_item on recurring_event (item, on_day, id);

-- 月度调度: a month's gaps as they stood on a day, frozen when issued.
create table dispatch (
    id        integer not null primary key,
    organ     integer not null references organ (id), -- the office
    year      integer not null,
    month     integer not null,
    day       text    not null, -- on which the gaps were counted
    issued    text    not null, -- '' while it is being made
    note      text    not null,
    organs    integer not null, -- looked at
    gaps      integer not null,
    carried   integer not null, -- of the gaps, open since an earlier month
    settled   integer not null, -- of the last month's gaps, closed since
    sources   text    not null, -- JSON: what was asked, and what could not be
    version   integer not null,
    made_at   integer not null
) strict;
create unique index dispatch_month on dispatch (organ, year, month) where issued <> '';

create table dispatch_gap (
    id          integer not null primary key,
    dispatch    integer not null references dispatch (id),
    organ       integer not null references organ (id), -- that answers for it
    place       integer not null, -- in the list of its organ
    source      text    not null,
    key         text    not null, -- the same gap has the same key in every month
    ref         text    not null,
    part        integer not null, -- the 内设机构 or 村 it lies in, 0 for none
    body        text    not null,
    due         text    not null,
    since       text    not null, -- month in which it was first dispatched
    answer      text    not null,
    promised    text    not null, -- day by which it will be closed
    answered_by integer not null,
    answered_on text    not null,
    version     integer not null
) strict;
create index dispatch_gap_organ on dispatch_gap (dispatch, organ, place);
create index dispatch_gap_open on dispatch_gap (organ, dispatch);

-- 整改通知.
create table rectification (
    id         integer not null primary key,
    organ      integer not null references organ (id), -- that has to rectify, or its 内设机构 or 村
    issuer     integer not null references organ (id),
    year       integer not null,
    serial     integer not null,
    title      text    not null,
    body       text    not null,
    basis      text    not null,
    source     text    not null,
    ref        text    not null, -- what it came from
    given_on   text    not null,
    due        text    not null,
    first_due  text    not null, -- before it was extended
    state      text    not null,
    escalated  text    not null, -- day on which the head was told, '' before
    ended_on   text    not null,
    given_by   integer not null,
    version    integer not null,
    search     text    not null
) strict;
create unique index rectification_number on rectification (issuer, year, serial);
create index rectification_organ on rectification (organ, ended_on, due);
create index rectification_open on rectification (due) where ended_on = '';
create index rectification_ref on rectification (ref) where ref <> '';

create table rectification_reply (
    id           integer not null primary key,
    rectification integer not null references rectification (id),
    body         text    not null,
    link         text    not null,
    file         integer not null,
    file_name    text    not null,
    state        text    not null,
    reason       text    not null,
    person       integer not null,
    on_day       text    not null,
    decided_on   text    not null
) strict;
create index rectification_reply_of on rectification_reply (rectification, id);

-- 责任追究: that it was done, to whose organ, by whom. What it says about a person
-- stands in the details of the act.
create table accountability (
    id       integer not null primary key,
    organ    integer not null references organ (id), -- it is about
    issuer   integer not null references organ (id),
    kind     text    not null,
    on_day   text    not null,
    document text    not null, -- 文号
    ref      text    not null, -- the order or dispatch it follows, '' for none
    person   integer not null, -- a recorded person it is about, 0 for none
    act      integer not null,
    made_at  integer not null
) strict;
create index accountability_organ on accountability (organ, on_day);
create index accountability_issuer on accountability (issuer, on_day);

-- +goose Down
drop table accountability;
drop table rectification_reply;
drop table rectification;
drop table dispatch_gap;
drop table dispatch;
drop table recurring_event;
drop table recurring_done;
drop table recurring;
drop table plan_report;
drop table plan_party;
drop table plan_task;
drop table plan;
