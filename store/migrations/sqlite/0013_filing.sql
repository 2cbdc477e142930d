-- +goose Up

-- An organ's report of a year on its way from draft to publication. Nothing
-- here is public: what is published is written to the table report.
create table filing (
    year         integer not null,
    organ        integer not null references organ (id),
    version      integer not null,
    state        text    not null,
    correction   integer not null,
    due          text    not null, -- fixed at the first publication, '' before
    basis        text    not null,
    publish_by   text    not null,
    submitted    text    not null,
    submitted_by integer not null,
    filed        text    not null,
    accepted     text    not null,
    accepted_by  integer not null,
    published    text    not null,
    corrected    text    not null,
    note         text    not null, -- on the correction
    returned     integer not null,
    reminded     text    not null,
    reminders    integer not null,
    public       integer not null, -- version of the report that was published, 0 for none
    content      integer not null, -- counts changes of the content
    edition      text    not null, -- '' while nothing was entered
    status       text    not null,
    errors       integer not null,
    warnings     integer not null,
    received     integer not null, -- as in report: -1 where it is not stated
    carried_in   integer not null,
    result_total integer not null,
    carried_out  integer not null,
    review       integer not null,
    litigation   integer not null,
    file_name    text    not null,
    file         integer not null, -- private_file, 0 for none
    saved_at     integer not null,
    saved_by     integer not null,
    brief        integer not null, -- what tallies count, packed (filing_brief.go)
    figures      blob    not null,
    primary key (year, organ)
) strict, without rowid;
create index filing_brief on filing (year, organ, brief);
create index filing_organ on filing (organ, year);

-- What only the page of one filing reads.
create table filing_detail (
    year  integer not null,
    organ integer not null,
    body  blob    not null, -- prose, sources, findings, as in report_detail
    talk  text    not null, -- explanations, decisions, marks: JSON
    primary key (year, organ),
    foreign key (year, organ) references filing (year, organ)
) strict;

-- Snapshots, taken when a report is handed in or published.
create table filing_version (
    year        integer not null,
    organ       integer not null references organ (id),
    n           integer not null,
    state       text    not null,
    on_day      text    not null,
    made_at     integer not null,
    officer     integer not null,
    public      integer not null, -- version of the report that was published, 0 for one handed in
    filing      text    not null, -- JSON
    differences text    not null, -- from the snapshot before: JSON
    edition     text    not null,
    errors      integer not null,
    warnings    integer not null,
    file_name   text    not null,
    file        integer not null,
    content     integer not null,
    figures     blob    not null,
    body        blob    not null,
    primary key (year, organ, n)
) strict;

-- What the public is told about a correction.
create table report_note (
    year        integer not null,
    organ       integer not null references organ (id),
    version     integer not null, -- of the corrected report
    on_day      text    not null,
    note        text    not null,
    differences text    not null, -- JSON
    made_at     integer not null,
    primary key (year, organ, version)
) strict;

-- The day an office sets for everything below it.
create table filing_due (
    office  integer not null references organ (id),
    year    integer not null,
    kind    text    not null, -- '' for all
    level   integer not null, -- 0 for all
    day     text    not null,
    basis   text    not null,
    version integer not null,
    primary key (office, year, kind, level)
) strict;
create index filing_due_year on filing_due (year, office);

-- +goose Down
drop table filing_due;
drop table report_note;
drop table filing_version;
drop table filing_detail;
drop table filing;
