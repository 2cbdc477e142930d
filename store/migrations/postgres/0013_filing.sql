-- +goose Up

-- An organ's report of a year on its way from draft to publication. Nothing
-- here is public: what is published is written to the table report.
create table filing (
    year         bigint not null,
    organ        bigint not null references organ (id),
    version      bigint not null,
    state        text collate "C" not null,
    correction   bigint not null,
    due          text collate "C" not null, -- fixed at the first publication, '' before
    basis        text collate "C" not null,
    publish_by   text collate "C" not null,
    submitted    text collate "C" not null,
    submitted_by bigint not null,
    filed        text collate "C" not null,
    accepted     text collate "C" not null,
    accepted_by  bigint not null,
    published    text collate "C" not null,
    corrected    text collate "C" not null,
    note         text collate "C" not null, -- on the correction
    returned     bigint not null,
    reminded     text collate "C" not null,
    reminders    bigint not null,
    public       bigint not null, -- version of the report that was published, 0 for none
    content      bigint not null, -- counts changes of the content
    edition      text collate "C" not null, -- '' while nothing was entered
    status       text collate "C" not null,
    errors       bigint not null,
    warnings     bigint not null,
    received     bigint not null, -- as in report: -1 where it is not stated
    carried_in   bigint not null,
    result_total bigint not null,
    carried_out  bigint not null,
    review       bigint not null,
    litigation   bigint not null,
    file_name    text collate "C" not null,
    file         bigint not null, -- private_file, 0 for none
    saved_at     bigint not null,
    saved_by     bigint not null,
    brief        bigint not null, -- what tallies count, packed (filing_brief.go)
    figures      bytea not null,
    primary key (year, organ)
);
create index filing_brief on filing (year, organ, brief);
create index filing_organ on filing (organ, year);

-- What only the page of one filing reads.
create table filing_detail (
    year  bigint not null,
    organ bigint not null,
    body  bytea not null, -- prose, sources, findings, as in report_detail
    talk  text collate "C" not null, -- explanations, decisions, marks: JSON
    primary key (year, organ),
    foreign key (year, organ) references filing (year, organ)
);

-- Snapshots, taken when a report is handed in or published.
create table filing_version (
    year        bigint not null,
    organ       bigint not null references organ (id),
    n           bigint not null,
    state       text collate "C" not null,
    on_day      text collate "C" not null,
    made_at     bigint not null,
    officer     bigint not null,
    public      bigint not null, -- version of the report that was published, 0 for one handed in
    filing      text collate "C" not null, -- JSON
    differences text collate "C" not null, -- from the snapshot before: JSON
    edition     text collate "C" not null,
    errors      bigint not null,
    warnings    bigint not null,
    file_name   text collate "C" not null,
    file        bigint not null,
    content     bigint not null,
    figures     bytea not null,
    body        bytea not null,
    primary key (year, organ, n)
);

-- What the public is told about a correction.
create table report_note (
    year        bigint not null,
    organ       bigint not null references organ (id),
    version     bigint not null, -- of the corrected report
    on_day      text collate "C" not null,
    note        text collate "C" not null,
    differences text collate "C" not null, -- JSON
    made_at     bigint not null,
    primary key (year, organ, version)
);

-- The day an office sets for everything below it.
create table filing_due (
    office  bigint not null references organ (id),
    year    bigint not null,
    kind    text collate "C" not null, -- '' for all
    level   bigint not null, -- 0 for all
    day     text collate "C" not null,
    basis   text collate "C" not null,
    version bigint not null,
    primary key (office, year, kind, level)
);
create index filing_due_year on filing_due (year, office);

-- +goose Down
drop table filing_due;
drop table report_note;
drop table filing_version;
drop table filing_detail;
drop table filing;
