-- A pair remembers a cheap hash of its row, and a warehouse in the same database can compare a model with the pairs by itself.

alter table retl.pair add column row_hash bigint not null default 0;
comment on column retl.pair.row_hash is 'The warehouse''s own hash of the row that warehouse_print stands for; 0 when it is not known.';

-- Both halves have the very same types, so that the server can take either from its index in order instead of sorting all of it.
create or replace view retl.every_pair as
select crm_version, epoch, mapping_id, state, warehouse_print, crm_print, key, crm_id, base, made, row_hash from retl.pair
union all
select '-infinity'::timestamptz, epoch, mapping_id, 2::smallint,
       '00000000-0000-0000-0000-000000000000'::uuid, '00000000-0000-0000-0000-000000000000'::uuid,
       key, null::text collate "C", '\x01'::bytea, false, 0::bigint
  from retl.reservation;

create view retl.known_row as
select mapping_id, key, warehouse_print as print, state,
       case when state = 1 and warehouse_print <> '00000000-0000-0000-0000-000000000000' then row_hash end as hash,
       state in (2, 4, 5) as is_idle,
       state in (1, 4) as is_missed
  from retl.every_pair;
comment on view retl.known_row is 'What is known of the rows of a model: what a warehouse in the same database compares it with.';
comment on column retl.known_row.hash is 'What the row was worth when it was settled; null when any row is to be looked at.';
comment on column retl.known_row.is_idle is 'The row is not to be looked at whatever it is.';
comment on column retl.known_row.is_missed is 'It is to be told when there is no such row.';

-- Keys come in order in a first load, so pages that are left behind need no room.
alter index retl.pair_pkey set (fillfactor = 100);
