-- +goose Up

-- What a file is about: '' a request for information, 'mend' a correction of
-- records about oneself (art. 41), which counts in no row of table three.
alter table request add column matter text collate "C" not null default '';

-- Figures are counted out of these two indexes alone.
drop index request_new;
create index request_new on request (organ, new_in, result_in, outcome, applicant, answer, channel, received, days, late, extended, corrected, person, state);
drop index request_open;
create index request_open on request (organ, prudent, id, due, waiting, person) where prudent <> '';

-- Pairs of Chinese characters and fours of others that the search column has:
-- which rows may have a word, without reading them all.
create table request_gram (
    gram    bigint not null,
    request bigint not null,
    primary key (gram, request)
);
with recursive n (i) as (select 1 union all select i + 1 from n where i < 120)
insert into request_gram (gram, request)
select distinct ascii(substr(r.search, n.i, 1))::bigint * 2097152 + ascii(substr(r.search, n.i + 1, 1)), r.id
from request r join n on n.i < length(r.search)
where ascii(substr(r.search, n.i, 1)) > 127 and ascii(substr(r.search, n.i + 1, 1)) > 127;
with recursive n (i) as (select 1 union all select i + 1 from n where i < 120)
insert into request_gram (gram, request)
select distinct -(ascii(substr(r.search, n.i, 1))::bigint * 2097152 + ascii(substr(r.search, n.i + 1, 1)) * 16384 + ascii(substr(r.search, n.i + 2, 1)) * 128 + ascii(substr(r.search, n.i + 3, 1))), r.id
from request r join n on n.i + 2 < length(r.search)
where ascii(substr(r.search, n.i, 1)) < 128 and ascii(substr(r.search, n.i + 1, 1)) < 128 and ascii(substr(r.search, n.i + 2, 1)) < 128 and ascii(substr(r.search, n.i + 3, 1)) < 128;

-- Keyed marks by which requests of one organ that say much the same are found.
create table request_like (
    request bigint not null references request (id),
    organ   bigint not null,
    mark    bigint not null,
    primary key (request, mark)
);
create index request_like_mark on request_like (organ, mark, request);

-- Turning what was asked for into proactive disclosure (art. 44): proposed,
-- decided, and later what was published.
create table request_turn (
    request  bigint not null primary key references request (id),
    organ    bigint not null,
    why      text collate "C" not null, -- alike, suggested, own
    proposed text collate "C" not null,
    many     bigint not null, -- how many applicants asked the same, 0 unless it was proposed for that
    decision text collate "C" not null, -- '' not yet, open, part, no
    decided  text collate "C" not null,
    person   bigint not null, -- who decided
    item     bigint not null  -- what was published, 0 for nothing yet
);
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
