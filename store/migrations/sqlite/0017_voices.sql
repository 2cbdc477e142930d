-- +goose Up

-- Running numbers of an organ's registers.
create table ledger_number (
    organ  integer not null,
    series text not null,
    year   integer not null,
    last   integer not null,
    primary key (organ, series, year)
) strict, without rowid;

-- Complaints, suggestions and questions. What is personal is in sealed_content,
-- under a key of its own that is destroyed to erase it.
create table voice (
    id             integer not null primary key,
    number         text not null,
    year           integer not null,
    kind           text not null,
    channel        text not null,
    topic          text not null,
    entry          integer not null references organ (id), -- it came to
    organ          integer not null references organ (id), -- has to answer
    about          integer not null, -- 0 if it names none
    handler        integer not null, -- person, 0 for nobody
    received       text not null,
    entered_at     integer not null,
    due            text not null,
    extended       integer not null,
    reopened       integer not null,
    state          text not null,
    ended          text not null, -- '' while it is open
    into_voice     integer not null, -- it was merged into, 0
    verdict        text not null,
    rating         integer not null, -- 0 before
    consent        integer not null,
    shown          text not null, -- day of publication, '' for none
    shown_title    text not null,
    shown_question text not null,
    shown_answer   text not null,
    shown_search   text not null, -- title and question, folded
    code           text not null, -- keyed hash of the query code
    version        integer not null,
    sealed_key     blob not null,
    sealed_content blob not null
) strict;
create unique index voice_number on voice (entry, number);
create unique index voice_code on voice (code);
create index voice_organ on voice (organ, state, due);
create index voice_entry on voice (entry, id);
create index voice_year on voice (organ, year);
create index voice_handler on voice (handler, state) where handler <> 0;
create index voice_shown on voice (id) where shown <> '';

-- Training: the plan of the year and what came of it.
create table training (
    id        integer not null primary key,
    organ     integer not null references organ (id),
    year      integer not null,
    title     text not null,
    topic     text not null,
    planned   text not null, -- day or month, '' for none
    held      text not null, -- '' before
    place     text not null,
    minutes   integer not null,
    lecturer  text not null,
    audience  text not null,
    outside   integer not null, -- people present who are not in the list
    state     text not null,
    code      text not null, -- sign-in number, '' while closed
    test      text not null, -- JSON, '' for none
    version   integer not null,
    made_at   integer not null
) strict;
create index training_organ on training (organ, year);

create table training_person (
    id        integer not null primary key,
    training  integer not null references training (id),
    person    integer not null, -- 0 for somebody without a record
    name      text not null,
    unit      text not null,
    must      integer not null,
    signed_at integer not null, -- 0 for not
    how       text not null,
    tries     integer not null,
    best      integer not null, -- percent, -1 before
    passed    integer not null
) strict;
create index training_person_of on training_person (training, id);
create unique index training_person_one on training_person (training, person) where person <> 0;
create index training_person_who on training_person (person) where person <> 0;

create table training_file (
    id           integer not null primary key,
    training     integer not null references training (id),
    name         text not null,
    use          text not null, -- material or sheet
    file_hash    text not null, -- of a public file, '' for a private one
    private_file integer not null, -- id of a private file, 0 for a public one
    size         integer not null,
    made_at      integer not null
) strict;
create index training_file_of on training_file (training, id);

-- Incidents. What happened is in sealed_content.
create table incident (
    id             integer not null primary key,
    organ          integer not null references organ (id),
    number         text not null,
    year           integer not null,
    kind           text not null,
    secrecy        integer not null, -- 1: only for those who guard secrets
    found          text not null,
    due            text not null, -- to report or to close, '' for none
    closed         text not null, -- '' while open
    version        integer not null,
    made_at        integer not null,
    sealed_key     blob not null,
    sealed_content blob not null
) strict;
create unique index incident_number on incident (organ, number);
create index incident_year on incident (organ, year);

-- Equipment and premises.
create table equipment (
    id          integer not null primary key,
    organ       integer not null references organ (id),
    kind        text not null,
    name        text not null,
    code        text not null,
    place       text not null,
    keeper      integer not null, -- person, 0 for one without a record
    keeper_name text not null,
    encrypted   integer not null, -- 加密计算机
    state       text not null,
    since       text not null,
    until_day   text not null,
    every       integer not null, -- months between checks, 0 for none
    next_check  text not null,
    note        text not null,
    version     integer not null,
    made_at     integer not null,
    search      text not null
) strict;
create index equipment_organ on equipment (organ, kind, id);
create index equipment_keeper on equipment (keeper) where keeper <> 0;

create table equipment_check (
    id           integer not null primary key,
    equipment    integer not null references equipment (id),
    day          text not null,
    who          text not null,
    result       text not null,
    good         integer not null,
    private_file integer not null, -- photo, 0 for none
    made_at      integer not null
) strict;
create index equipment_check_of on equipment_check (equipment, day);

create table place_visit (
    id        integer not null primary key,
    equipment integer not null references equipment (id),
    day       text not null,
    persons   integer not null,
    items     integer not null, -- read
    prints    integer not null, -- pages
    need      text not null, -- what was looked for, no names
    made_at   integer not null
) strict;
create index place_visit_of on place_visit (equipment, day);

-- Surveys.
create table survey (
    id             integer not null primary key,
    organ          integer not null references organ (id),
    number         text not null, -- in its public address
    year           integer not null,
    title          text not null,
    intro          text not null,
    questions      text not null, -- JSON
    opens          text not null,
    closes         text not null,
    web            integer not null,
    paper          integer not null,
    open_results   integer not null, -- 1: results are public once it is over
    state          text not null,
    version        integer not null,
    made_at        integer not null,
    sealed_key     blob not null
) strict;
create unique index survey_number on survey (number);
create index survey_organ on survey (organ, year);

create table survey_answer (
    id          integer not null primary key,
    survey      integer not null references survey (id),
    mark        text not null, -- keyed hash of the browser's cookie, '' for paper
    channel     text not null,
    day         text not null,
    answers     text not null, -- JSON, choices only
    sealed_text blob not null -- what was written
) strict;
create index survey_answer_of on survey_answer (survey, id);
create unique index survey_answer_once on survey_answer (survey, mark) where mark <> '';

-- +goose Down
drop table survey_answer;
drop table survey;
drop table place_visit;
drop table equipment_check;
drop table equipment;
drop table incident;
drop table training_file;
drop table training_person;
drop table training;
drop table voice;
drop table ledger_number;
