-- +goose Up

-- The second tree: the superior of a vertical system (垂直管理、业务主管), 0 for none.
alter table organ add column line bigint not null default 0;
alter table organ add column version bigint not null default 1;
create index organ_line on organ (line) where line <> 0;

-- The organ that answers for this one, at any depth: the nearest that is no
-- 内设机构 and no 村.
with recursive h (id, home) as (
    select id, id from organ where kind not in ('section', 'village') or parent is null
    union all
    select o.id, h.home from organ o join h on o.parent = h.id where o.kind in ('section', 'village')
)
update organ set home = (select h.home from h where h.id = organ.id) where kind in ('section', 'village') and parent is not null;

-- What an organ was: one row for each stretch of days that has ended. The row
-- of organ is what it is now. A first day of '' is since ever.
create table organ_past (
    organ     bigint not null references organ (id),
    last_day  text collate "C" not null,
    first_day text collate "C" not null,
    name      text collate "C" not null,
    short     text collate "C" not null,
    kind      text collate "C" not null,
    level     bigint not null,
    parent    bigint not null, -- 0 for none
    line      bigint not null, -- 0 for none
    region    text collate "C" not null,
    primary key (organ, last_day)
);
create index organ_past_day on organ_past (last_day);

-- 沿革: what happened to an organ, by the day that counts.
create table organ_event (
    id       bigint not null primary key,
    organ    bigint not null references organ (id),
    on_day   text collate "C" not null, -- '' if not recorded
    kind     text collate "C" not null, -- of the act
    old_text text collate "C" not null,
    new_text text collate "C" not null,
    other    bigint not null,  -- successor or predecessor, 0 for none
    basis    text collate "C" not null, -- 文号 or reason
    at       bigint not null
);
create index organ_event_organ on organ_event (organ, on_day, id);

-- Versions of what is edited as a whole for an organ: office, remedy, duty, group.
create table organ_part (
    organ   bigint not null references organ (id),
    part    text collate "C" not null,
    version bigint not null,
    primary key (organ, part)
);

-- 办公信息: what a guide has to state (条例第四条、第十二条).
create table office (
    organ    bigint not null primary key references organ (id),
    unit     text collate "C" not null, -- 政府信息公开工作机构
    head     text collate "C" not null, -- 机构负责人
    address  text collate "C" not null,
    postcode text collate "C" not null,
    hours    text collate "C" not null,
    phone    text collate "C" not null,
    fax      text collate "C" not null,
    email    text collate "C" not null,
    web      text collate "C" not null,
    channels text collate "C" not null, -- JSON: open channels and where each leads
    saved_at bigint not null
);

-- 复议机关、管辖法院 as decided for an organ, with the days for which they hold.
create table remedy (
    id         bigint not null primary key,
    organ      bigint not null references organ (id),
    kind       text collate "C" not null, -- review or court
    name       text collate "C" not null,
    address    text collate "C" not null,
    phone      text collate "C" not null,
    web        text collate "C" not null, -- where to apply through the internet
    basis      text collate "C" not null,
    valid_from text collate "C" not null,
    valid_to   text collate "C" not null
);
create index remedy_organ on remedy (organ, kind, valid_from);

-- 责任分工, and of an 内设机构 its 责任人 and 业务经办人.
create table duty (
    id         bigint not null primary key,
    organ      bigint not null references organ (id),
    kind       text collate "C" not null,
    person     bigint not null, -- 0 for one who is not recorded as a person
    name       text collate "C" not null, -- of the person or unit
    title      text collate "C" not null,
    valid_from text collate "C" not null,
    valid_to   text collate "C" not null
);
create index duty_organ on duty (organ, valid_from);
create index duty_person on duty (person) where person <> 0;

-- 领导小组: the documents that set it up or adjusted it, members with terms.
create table group_document (
    id     bigint not null primary key,
    organ  bigint not null references organ (id),
    number text collate "C" not null, -- 文号
    title  text collate "C" not null,
    on_day text collate "C" not null
);
create index group_document_organ on group_document (organ, on_day);

create table group_member (
    id         bigint not null primary key,
    organ      bigint not null references organ (id),
    role       text collate "C" not null,
    person     bigint not null, -- 0 for one who is not recorded as a person
    name       text collate "C" not null,
    title      text collate "C" not null,
    valid_from text collate "C" not null,
    valid_to   text collate "C" not null,
    document   bigint not null, -- that named the member, 0 for none
    place      bigint not null  -- in the list
);
create index group_member_organ on group_member (organ, valid_from);
create index group_member_person on group_member (person) where person <> 0;

create table meeting (
    id       bigint not null primary key,
    organ    bigint not null references organ (id),
    on_day   text collate "C" not null,
    chair    text collate "C" not null,
    present  text collate "C" not null,
    topics   text collate "C" not null,
    minutes  text collate "C" not null,
    version  bigint not null,
    saved_at bigint not null
);
create index meeting_organ on meeting (organ, on_day);

-- +goose Down
drop table meeting;
drop table group_member;
drop table group_document;
drop table duty;
drop table remedy;
drop table office;
drop table organ_part;
drop table organ_event;
drop table organ_past;
drop index organ_line;
alter table organ drop column version;
alter table organ drop column line;
