-- +goose Up
-- Whoever works at one organ sees its own: its parts are found without going
-- through all organs.
create index organ_home on organ (home);

-- +goose Down
drop index organ_home;
