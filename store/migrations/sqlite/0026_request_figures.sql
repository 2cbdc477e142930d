-- +goose Up

-- What a file is about: '' a request for information, 'mend' a correction of
-- records about oneself (art. 41), which counts in no row of table three.
alter table request add column matter text not null default '';

-- Figures are counted out of these two indexes alone.
drop index request_new;
create index request_new on request (organ, new_in, result_in, outcome, applicant, answer, channel, received, days, late, extended, corrected, person, state);
drop index request_open;
create index request_open on request (organ, prudent, id, due, waiting, person) where prudent <> '';

-- Pairs of Chinese characters and fours of others that the search column has:
-- which rows may have a word, without reading them all.
create table request_gram (
    gram    integer not null,
    request integer not null,
    primary key (gram, request)
) strict, without rowid;
with recursive n (i) as (select 1 union all select i + 1 from n where i < 120)
insert into request_gram (gram, request)
select distinct unicode(substr(r.search, n.i, 1)) * 2097152 + unicode(substr(r.search, n.i + 1, 1)), r.id
from request r join n on n.i < length(r.search)
where unicode(substr(r.search, n.i, 1)) > 127 and unicode(substr(r.search, n.i + 1, 1)) > 127;
with recursive n (i) as (select 1 union all select i + 1 from n where i < 120)
insert into request_gram (gram, request)
select distinct -(unicode(substr(r.search, n.i, 1)) * 2097152 + unicode(substr(r.search, n.i + 1, 1)) * 16384 + unicode(substr(r.search, n.i + 2, 1)) * 128 + unicode(substr(r.search, n.i + 3, 1))), r.id
from request r join n on n.i + 2 < length(r.search)
where unicode(substr(r.search, n.i, 1)) < 128 and unicode(substr(r.search, n.i + 1, 1)) < 128 and unicode(substr(r.search, n.i + 2, 1)) < 128 and unicode(substr(r.search, n.i + 3, 1)) < 128;

-- Keyed marks by which requests of one organ that say much the same are found.
create table request_like (
    request integer not null references request (id),
    organ   integer not null,
    mark    integer not null,
    primary key (request, mark)
) strict, without rowid;
create index request_like_mark on request_like (organ, mark, request);

-- Turning what was asked for into proactive disclosure (art. 44): proposed,
-- decided, and later what was published.
create table request_turn (
    request  integer not null primary key references request (id),
    organ    integer not null,
    why      text not null, -- alike, suggested, own
    proposed text not null,
    many     integer not null, -- how many applicants asked the same, 0 unless it was proposed for that
    decision text not null, -- '' not yet, open, part, no
    decided  text not null,
    person   integer not null, -- who decided
    item     integer not null  -- what was published, 0 for nothing yet
) strict;
create index request_turn_organ on request_turn (organ, decision, proposed);

-- +goose Down
drop table request_turn;
drop table request_like;
drop table request_gram;
drop index request_open;
create index request_open on request (organ, prudent, id, due) where prudent <> '';
drop index request_new;
create index request_new on request (organ, new_in, result_in, outcome, applicant, answer);
alter table request drop column matter;
