-- +goose Up

-- Parts of figures of an annual report that were entered by hand: what happened
-- before the system or outside it. One that was taken back stays, and does not
-- count.
create table compiled_entry (
    id          integer not null primary key,
    organ       integer not null references organ (id),
    year        integer not null,
    cell        text not null,
    n           integer not null, -- added to the figure; millionths of the unit for amounts
    reason      text not null,
    file        integer not null, -- private file
    file_name   text not null,
    person      integer not null,
    made        text not null,
    removed     text not null, -- day, '' while it counts
    removed_by  integer not null,
    removed_why text not null
) strict;
create index compiled_entry_organ on compiled_entry (organ, year, id);

-- +goose Down
drop table compiled_entry;
