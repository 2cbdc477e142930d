-- +goose Up

-- 年度工作要点: what an office or organ sets itself and others for a year.
create table plan (
    id       bigint not null primary key,
    organ    bigint not null references organ (id),
    year     bigint not null,
    title    text collate "C"    not null,
    number   text collate "C"    not null, -- 文号
    issued   text collate "C"    not null, -- '' for a draft
    version  bigint not null,
    made_at  bigint not null
);
create index plan_organ on plan (organ, year);
create index plan_year on plan (year, issued);

create table plan_task (
    id           bigint not null primary key,
    plan         bigint not null references plan (id),
    parent       bigint not null, -- the task it is a part of, 0 for none
    organ        bigint not null references organ (id), -- who gave it
    place        bigint not null, -- in the list
    number       text collate "C"    not null,
    chapter      text collate "C"    not null,
    body         text collate "C"    not null,
    source       text collate "C"    not null,
    meeting      bigint not null, -- of the leading group, 0 for none
    due          text collate "C"    not null, -- '' where it goes on all year
    due_text     text collate "C"    not null,
    measure      text collate "C"    not null,
    evidence     text collate "C"    not null,
    done_on      text collate "C"    not null,
    cancelled_on text collate "C"    not null,
    version      bigint not null,
    made_at      bigint not null
);
create index plan_task_plan on plan_task (plan, place, id);
create index plan_task_parent on plan_task (parent) where parent <> 0;

-- Who has a share in a task, and where the share stands.
create table plan_party (
    task        bigint not null references plan_task (id),
    organ       bigint not null references organ (id),
    lead        bigint not null, -- 1 responsible, 0 helping
    state       text collate "C"    not null,
    percent     bigint not null, -- -1 where none was given
    reported_on text collate "C"    not null,
    done_on     text collate "C"    not null,
    primary key (task, organ)
);
create index plan_party_organ on plan_party (organ, task);

create table plan_report (
    id         bigint not null primary key,
    task       bigint not null references plan_task (id),
    organ      bigint not null references organ (id),
    body       text collate "C"    not null,
    percent    bigint not null,
    claims     bigint not null, -- 1: says that the share is done
    link       text collate "C"    not null,
    meeting    bigint not null,
    file       bigint not null, -- private file, 0 for none
    file_name  text collate "C"    not null,
    state      text collate "C"    not null,
    reason     text collate "C"    not null,
    person     bigint not null, -- who reported
    on_day     text collate "C"    not null,
    decided_on text collate "C"    not null
);
create index plan_report_task on plan_report (task, id);

-- 重点公开事项: what an organ has to publish again and again.
create table recurring (
    id         bigint not null primary key,
    organ      bigint not null references organ (id), -- an organ, or its 内设机构 or 村
    name       text collate "C"    not null,
    category   text collate "C"    not null,
    rule       text collate "C"    not null, -- e.g. monthly:10, see oversight.DutyRule
    basis      text collate "C"    not null,
    template   text collate "C"    not null, -- it was made from, '' for none
    first_day  text collate "C"    not null, -- on which it holds
    last_day   text collate "C"    not null, -- '' while it has no end
    period     text collate "C"    not null, -- the earliest that is not ticked off, '' for none
    due        text collate "C"    not null, -- of that period, '' for none
    version    bigint not null,
    made_at    bigint not null
);
create index recurring_organ on recurring (organ, due);
create index recurring_due on recurring (due) where due <> '';
create unique index recurring_template on recurring (organ, template) where template <> '';

create table recurring_done (
    item      bigint not null references recurring (id),
    period    text collate "C"    not null,
    due       text collate "C"    not null,
    done_on   text collate "C"    not null,
    link      text collate "C"    not null,
    file      bigint not null,
    file_name text collate "C"    not null,
    note      text collate "C"    not null,
    person    bigint not null,
    id        bigint not null,
    primary key (item, period)
);
create unique index recurring_done_id on recurring_done (id);

-- What happened that a publication has to follow, e.g. a budget was approved.
create table recurring_event (
    id     bigint not null primary key,
    item   bigint not null references recurring (id),
    on_day text collate "C"    not null,
    body   text collate "C"    not null,
    due    text collate "C"    not null
);
create index recurring_event_item on recurring_event (item, on_day, id);

-- 月度调度: a month's gaps as they stood on a day, frozen when issued.
create table dispatch (
    id        bigint not null primary key,
    organ     bigint not null references organ (id), -- the office
    year      bigint not null,
    month     bigint not null,
    day       text collate "C"    not null, -- on which the gaps were counted
    issued    text collate "C"    not null, -- '' while it is being made
    note      text collate "C"    not null,
    organs    bigint not null, -- looked at
    gaps      bigint not null,
    carried   bigint not null, -- of the gaps, open since an earlier month
    settled   bigint not null, -- of the last month's gaps, closed since
    sources   text collate "C"    not null, -- JSON: what was asked, and what could not be
    version   bigint not null,
    made_at   bigint not null
);
create unique index dispatch_month on dispatch (organ, year, month) where issued <> '';

create table dispatch_gap (
    id          bigint not null primary key,
    dispatch    bigint not null references dispatch (id),
    organ       bigint not null references organ (id), -- that answers for it
    place       bigint not null, -- in the list of its organ
    source      text collate "C"    not null,
    key         text collate "C"    not null, -- the same gap has the same key in every month
    ref         text collate "C"    not null,
    part        bigint not null, -- the 内设机构 or 村 it lies in, 0 for none
    body        text collate "C"    not null,
    due         text collate "C"    not null,
    since       text collate "C"    not null, -- month in which it was first dispatched
    answer      text collate "C"    not null,
    promised    text collate "C"    not null, -- day by which it will be closed
    answered_by bigint not null,
    answered_on text collate "C"    not null,
    version     bigint not null
);
create index dispatch_gap_organ on dispatch_gap (dispatch, organ, place);
create index dispatch_gap_open on dispatch_gap (organ, dispatch);

-- 整改通知.
create table rectification (
    id         bigint not null primary key,
    organ      bigint not null references organ (id), -- that has to rectify, or its 内设机构 or 村
    issuer     bigint not null references organ (id),
    year       bigint not null,
    serial     bigint not null,
    title      text collate "C"    not null,
    body       text collate "C"    not null,
    basis      text collate "C"    not null,
    source     text collate "C"    not null,
    ref        text collate "C"    not null, -- what it came from
    given_on   text collate "C"    not null,
    due        text collate "C"    not null,
    first_due  text collate "C"    not null, -- before it was extended
    state      text collate "C"    not null,
    escalated  text collate "C"    not null, -- day on which the head was told, '' before
    ended_on   text collate "C"    not null,
    given_by   bigint not null,
    version    bigint not null,
    search     text collate "C"    not null
);
create unique index rectification_number on rectification (issuer, year, serial);
create index rectification_organ on rectification (organ, ended_on, due);
create index rectification_open on rectification (due) where ended_on = '';
create index rectification_ref on rectification (ref) where ref <> '';

create table rectification_reply (
    id           bigint not null primary key,
    rectification bigint not null references rectification (id),
    body         text collate "C"    not null,
    link         text collate "C"    not null,
    file         bigint not null,
    file_name    text collate "C"    not null,
    state        text collate "C"    not null,
    reason       text collate "C"    not null,
    person       bigint not null,
    on_day       text collate "C"    not null,
    decided_on   text collate "C"    not null
);
create index rectification_reply_of on rectification_reply (rectification, id);

-- 责任追究: that it was done, to whose organ, by whom. What it says about a person
-- stands in the details of the act.
create table accountability (
    id       bigint not null primary key,
    organ    bigint not null references organ (id), -- it is about
    issuer   bigint not null references organ (id),
    kind     text collate "C"    not null,
    on_day   text collate "C"    not null,
    document text collate "C"    not null, -- 文号
    ref      text collate "C"    not null, -- the order or dispatch it follows, '' for none
    person   bigint not null, -- a recorded person it is about, 0 for none
    act      bigint not null,
    made_at  bigint not null
);
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
