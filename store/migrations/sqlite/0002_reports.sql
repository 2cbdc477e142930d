-- +goose Up

-- One row per report: what lists show, and all figures in one blob (codec.go).
-- A count that the report does not state is -1, never 0.
create table report (
    year         integer not null,
    organ        integer not null references organ (id),
    version      integer not null,
    edition      text    not null,
    status       text    not null,
    errors       integer not null,
    warnings     integer not null,
    received     integer not null, -- t3.new.total
    carried_in   integer not null,
    result_total integer not null,
    carried_out  integer not null,
    review       integer not null, -- t4.review.total
    litigation   integer not null, -- t4.direct.total + t4.after.total
    published    text    not null,
    file_name    text    not null,
    file_hash    text    not null,
    saved_at     integer not null,
    figures      blob    not null,
    primary key (year, organ)
) strict, without rowid;
create index report_organ on report (organ, year);
create index report_errors on report (year, errors, organ);
create index report_received on report (year, received, organ);
create index report_carried_out on report (year, carried_out, organ);
create index report_published on report (year, published, organ);
create index report_file on report (file_hash) where file_hash <> '';

-- What only the page of one report reads: raw texts and places, prose,
-- repairs, findings, compressed (detail.go).
create table report_detail (
    year  integer not null,
    organ integer not null,
    body  blob    not null,
    primary key (year, organ),
    foreign key (year, organ) references report (year, organ)
) strict;

-- Earlier versions of corrected reports.
create table report_version (
    year      integer not null,
    organ     integer not null references organ (id),
    version   integer not null,
    edition   text    not null,
    status    text    not null,
    errors    integer not null,
    warnings  integer not null,
    published text    not null,
    file_name text    not null,
    file_hash text    not null,
    saved_at  integer not null,
    figures   blob    not null,
    body      blob    not null,
    primary key (year, organ, version)
) strict;
create index report_version_file on report_version (file_hash) where file_hash <> '';

-- +goose Down
drop table report_version;
drop table report_detail;
drop table report;
