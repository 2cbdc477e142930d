-- +goose Up

-- The last day on which an item had to be out, kept when it first went out: due
-- is empty by then, and a later calendar may count otherwise. '' for what has no
-- limit, and for what went out before this was kept.
alter table item add column limit_day text collate "C" not null default '';
create index item_published on item (published, organ) where published <> '';

-- +goose Down
drop index item_published;
alter table item drop column limit_day;
