-- +goose Up

-- Running numbers of an organ's registers.
create table ledger_number (
    organ  bigint not null,
    series text collate "C" not null,
    year   bigint not null,
    last   bigint not null,
    primary key (organ, series, year)
);

-- Complaints, suggestions and questions. What is personal is in sealed_content,
-- under a key of its own that is destroyed to erase it.
create table voice (
    id             bigint not null primary key,
    number         text collate "C" not null,
    year           bigint not null,
    kind           text collate "C" not null,
    channel        text collate "C" not null,
    topic          text collate "C" not null,
    entry          bigint not null references organ (id), -- it came to
    organ          bigint not null references organ (id), -- has to answer
    about          bigint not null, -- 0 if it names none
    handler        bigint not null, -- person, 0 for nobody
    received       text collate "C" not null,
    entered_at     bigint not null,
    due            text collate "C" not null,
    extended       bigint not null,
    reopened       bigint not null,
    state          text collate "C" not null,
    ended          text collate "C" not null, -- '' while it is open
    into_voice     bigint not null, -- it was merged into, 0
    verdict        text collate "C" not null,
    rating         bigint not null, -- 0 before
    consent        bigint not null,
    shown          text collate "C" not null, -- day of publication, '' for none
    shown_title    text collate "C" not null,
    shown_question text collate "C" not null,
    shown_answer   text collate "C" not null,
    shown_search   text collate "C" not null, -- title and question, folded
    code           text collate "C" not null, -- keyed hash of the query code
    version        bigint not null,
    sealed_key     bytea not null,
    sealed_content bytea not null
);
create unique index voice_number on voice (entry, number);
create unique index voice_code on voice (code);
create index voice_organ on voice (organ, state, due);
create index voice_entry on voice (entry, id);
create index voice_year on voice (organ, year);
create index voice_handler on voice (handler, state) where handler <> 0;
create index voice_shown on voice (id) where shown <> '';

-- Training: the plan of the year and what came of it.
create table training (
    id        bigint not null primary key,
    organ     bigint not null references organ (id),
    year      bigint not null,
    title     text collate "C" not null,
    topic     text collate "C" not null,
    planned   text collate "C" not null, -- day or month, '' for none
    held      text collate "C" not null, -- '' before
    place     text collate "C" not null,
    minutes   bigint not null,
    lecturer  text collate "C" not null,
    audience  text collate "C" not null,
    outside   bigint not null, -- people present who are not in the list
    state     text collate "C" not null,
    code      text collate "C" not null, -- sign-in number, '' while closed
    test      text collate "C" not null, -- JSON, '' for none
    version   bigint not null,
    made_at   bigint not null
);
create index training_organ on training (organ, year);

create table training_person (
    id        bigint not null primary key,
    training  bigint not null references training (id),
    person    bigint not null, -- 0 for somebody without a record
    name      text collate "C" not null,
    unit      text collate "C" not null,
    must      bigint not null,
    signed_at bigint not null, -- 0 for not
    how       text collate "C" not null,
    tries     bigint not null,
    best      bigint not null, -- percent, -1 before
    passed    bigint not null
);
create index training_person_of on training_person (training, id);
create unique index training_person_one on training_person (training, person) where person <> 0;
create index training_person_who on training_person (person) where person <> 0;

create table training_file (
    id           bigint not null primary key,
    training     bigint not null references training (id),
    name         text collate "C" not null,
    use          text collate "C" not null, -- material or sheet
    file_hash    text collate "C" not null, -- of a public file, '' for a private one
    private_file bigint not null, -- id of a private file, 0 for a public one
    size         bigint not null,
    made_at      bigint not null
);
create index training_file_of on training_file (training, id);

-- Incidents. What happened is in sealed_content.
create table incident (
    id             bigint not null primary key,
    organ          bigint not null references organ (id),
    number         text collate "C" not null,
    year           bigint not null,
    kind           text collate "C" not null,
    secrecy        bigint not null, -- 1: only for those who guard secrets
    found          text collate "C" not null,
    due            text collate "C" not null, -- to report or to close, '' for none
    closed         text collate "C" not null, -- '' while open
    version        bigint not null,
    made_at        bigint not null,
    sealed_key     bytea not null,
    sealed_content bytea not null
);
create unique index incident_number on incident (organ, number);
create index incident_year on incident (organ, year);

-- Equipment and premises.
create table equipment (
    id          bigint not null primary key,
    organ       bigint not null references organ (id),
    kind        text collate "C" not null,
    name        text collate "C" not null,
    code        text collate "C" not null,
    place       text collate "C" not null,
    keeper      bigint not null, -- person, 0 for one without a record
    keeper_name text collate "C" not null,
    encrypted   bigint not null, -- 加密计算机
    state       text collate "C" not null,
    since       text collate "C" not null,
    until_day   text collate "C" not null,
    every       bigint not null, -- months between checks, 0 for none
    next_check  text collate "C" not null,
    note        text collate "C" not null,
    version     bigint not null,
    made_at     bigint not null,
    search      text collate "C" not null
);
create index equipment_organ on equipment (organ, kind, id);
create index equipment_keeper on equipment (keeper) where keeper <> 0;

create table equipment_check (
    id           bigint not null primary key,
    equipment    bigint not null references equipment (id),
    day          text collate "C" not null,
    who          text collate "C" not null,
    result       text collate "C" not null,
    good         bigint not null,
    private_file bigint not null, -- photo, 0 for none
    made_at      bigint not null
);
create index equipment_check_of on equipment_check (equipment, day);

create table place_visit (
    id        bigint not null primary key,
    equipment bigint not null references equipment (id),
    day       text collate "C" not null,
    persons   bigint not null,
    items     bigint not null, -- read
    prints    bigint not null, -- pages
    need      text collate "C" not null, -- what was looked for, no names
    made_at   bigint not null
);
create index place_visit_of on place_visit (equipment, day);

-- Surveys.
create table survey (
    id             bigint not null primary key,
    organ          bigint not null references organ (id),
    number         text collate "C" not null, -- in its public address
    year           bigint not null,
    title          text collate "C" not null,
    intro          text collate "C" not null,
    questions      text collate "C" not null, -- JSON
    opens          text collate "C" not null,
    closes         text collate "C" not null,
    web            bigint not null,
    paper          bigint not null,
    open_results   bigint not null, -- 1: results are public once it is over
    state          text collate "C" not null,
    version        bigint not null,
    made_at        bigint not null,
    sealed_key     bytea not null
);
create unique index survey_number on survey (number);
create index survey_organ on survey (organ, year);

create table survey_answer (
    id          bigint not null primary key,
    survey      bigint not null references survey (id),
    mark        text collate "C" not null, -- keyed hash of the browser's cookie, '' for paper
    channel     text collate "C" not null,
    day         text collate "C" not null,
    answers     text collate "C" not null, -- JSON, choices only
    sealed_text bytea not null -- what was written
);
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
