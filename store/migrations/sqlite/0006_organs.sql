-- +goose Up

-- The second tree: the superior of a vertical system (垂直管理、业务主管), 0 for none.
alter table organ add column line integer not null default 0;
alter table organ add column version integer not null default 1;
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
    organ     integer not null references organ (id),
    last_day  text    not null,
    first_day text    not null,
    name      text    not null,
    short     text    not null,
    kind      text    not null,
    level     integer not null,
    parent    integer not null, -- 0 for none
    line      integer not null, -- 0 for none
    region    text    not null,
    primary key (organ, last_day)
) strict, without rowid;
create index organ_past_day on organ_past (last_day);

-- 沿革: what happened to an organ, by the day that counts.
create table organ_event (
    id       integer not null primary key,
    organ    integer not null references organ (id),
    on_day   text    not null, -- '' if not recorded
    kind     text    not null, -- of the act
    old_text text    not null,
    new_text text    not null,
    other    integer not null,  -- successor or predecessor, 0 for none
    basis    text    not null, -- 文号 or reason
    at       integer not null
) strict;
create index organ_event_organ on organ_event (organ, on_day, id);

-- Versions of what is edited as a whole for an organ: office, remedy, duty, group.
create table organ_part (
    organ   integer not null references organ (id),
    part    text    not null,
    version integer not null,
    primary key (organ, part)
) strict, without rowid;

-- 办公信息: what a guide has to state (条例第四条、第十二条).
create table office (
    organ    integer not null primary key references organ (id),
    unit     text    not null, -- 政府信息公开工作机构
    head     text    not null, -- 机构负责人
    address  text    not null,
    postcode text    not null,
    hours    text    not null,
    phone    text    not null,
    fax      text    not null,
    email    text    not null,
    web      text    not null,
    channels text    not null, -- JSON: open channels and where each leads
    saved_at integer not null
) strict;

-- 复议机关、管辖法院 as decided for an organ, with the days for which they hold.
create table remedy (
    id         integer not null primary key,
    organ      integer not null references organ (id),
    kind       text    not null, -- review or court
    name       text    not null,
    address    text    not null,
    phone      text    not null,
    web        text    not null, -- where to apply through the internet
    basis      text    not null,
    valid_from text    not null,
    valid_to   text    not null
) strict;
create index remedy_organ on remedy (organ, kind, valid_from);

-- 责任分工, and of an 内设机构 its 责任人 and 业务经办人.
create table duty (
    id         integer not null primary key,
    organ      integer not null references organ (id),
    kind       text    not null,
    person     integer not null, -- 0 for one who is not recorded as a person
    name       text    not null, -- of the person or unit
    title      text    not null,
    valid_from text    not null,
    valid_to   text    not null
) strict;
create index duty_organ on duty (organ, valid_from);
create index duty_person on duty (person) where person <> 0;

-- 领导小组: the documents that set it up or adjusted it, members with terms.
create table group_document (
    id     integer not null primary key,
    organ  integer not null references organ (id),
    number text    not null, -- 文号
    title  text    not null,
    on_day text    not null
) strict;
create index group_document_organ on group_document (organ, on_day);

create table group_member (
    id         integer not null primary key,
    organ      integer not null references organ (id),
    role       text    not null,
    person     integer not null, -- 0 for one who is not recorded as a person
    name       text    not null,
    title      text    not null,
    valid_from text    not null,
    valid_to   text    not null,
    document   integer not null, -- that named the member, 0 for none
    place      integer not null  -- in the list
) strict;
create index group_member_organ on group_member (organ, valid_from);
create index group_member_person on group_member (person) where person <> 0;

create table meeting (
    id       integer not null primary key,
    organ    integer not null references organ (id),
    on_day   text    not null,
    chair    text    not null,
    present  text    not null,
    topics   text    not null,
    minutes  text    not null,
    version  integer not null,
    saved_at integer not null
) strict;
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
