-- +goose Up

-- Parts of figures of an annual report that were entered by hand: what happened
-- before the system or outside it. One that was taken back stays, and does not
-- count.
create table compiled_entry (
    id          bigint not null primary key,
    organ       bigint not null references organ (id),
    year        bigint not null,
    cell        text collate "C" not null,
    n           bigint not null, -- added to the figure; millionths of the unit for amounts
    reason      text collate "C" not null,
    file        bigint not null, -- private file
    file_name   text collate "C" not null,
    person      bigint not null,
    made        text collate "C" not null,
    removed     text collate "C" not null, -- day, '' while it counts
    removed_by  bigint not null,
    removed_why text collate "C" not null
);
create index compiled_entry_organ on compiled_entry (organ, year, id);

-- +goose Down
drop table compiled_entry;
