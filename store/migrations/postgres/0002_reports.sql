-- +goose Up

-- One row per report: what lists show, and all figures in one blob (codec.go).
-- A count that the report does not state is -1, never 0.
create table report (
    year         bigint not null,
    organ        bigint not null references organ (id),
    version      bigint not null,
    edition      text collate "C" not null,
    status       text collate "C" not null,
    errors       bigint not null,
    warnings     bigint not null,
    received     bigint not null, -- t3.new.total
    carried_in   bigint not null,
    result_total bigint not null,
    carried_out  bigint not null,
    review       bigint not null, -- t4.review.total
    litigation   bigint not null, -- t4.direct.total + t4.after.total
    published    text collate "C" not null,
    file_name    text collate "C" not null,
    file_hash    text collate "C" not null,
    saved_at     bigint not null,
    figures      bytea    not null,
    primary key (year, organ)
);
create index report_organ on report (organ, year);
create index report_errors on report (year, errors, organ);
create index report_received on report (year, received, organ);
create index report_carried_out on report (year, carried_out, organ);
create index report_published on report (year, published, organ);
create index report_file on report (file_hash) where file_hash <> '';

-- What only the page of one report reads: raw texts and places, prose,
-- repairs, findings, compressed (detail.go).
create table report_detail (
    year  bigint not null,
    organ bigint not null,
    body  bytea    not null,
    primary key (year, organ),
    foreign key (year, organ) references report (year, organ)
);

-- Earlier versions of corrected reports.
create table report_version (
    year      bigint not null,
    organ     bigint not null references organ (id),
    version   bigint not null,
    edition   text collate "C" not null,
    status    text collate "C" not null,
    errors    bigint not null,
    warnings  bigint not null,
    published text collate "C" not null,
    file_name text collate "C" not null,
    file_hash text collate "C" not null,
    saved_at  bigint not null,
    figures   bytea    not null,
    body      bytea    not null,
    primary key (year, organ, version)
);
create index report_version_file on report_version (file_hash) where file_hash <> '';

-- +goose Down
drop table report_version;
drop table report_detail;
drop table report;
