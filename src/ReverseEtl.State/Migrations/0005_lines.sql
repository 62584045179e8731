-- A line of a mapping is remembered as it ran, so that a side that drifted is told from a file that is wrong; and whom a record comes from.

alter table retl.field add column warehouse_kind smallint;
alter table retl.field add column crm_kind smallint;
alter table retl.field add column line uuid;
comment on column retl.field.warehouse_kind is 'What the column was when the line ran last; null when it never did.';
comment on column retl.field.crm_kind is 'What the CRM field was when the line ran last; null when it never did.';
comment on column retl.field.line is 'Fingerprint of the line as it ran last; null when it never did.';

alter table retl.pair add column made boolean not null default false;
comment on column retl.pair.made is 'The CRM record was created by us.';

create or replace view retl.every_pair as
select crm_version, epoch, mapping_id, state, warehouse_print, crm_print, key, crm_id, base, made from retl.pair
union all
select '-infinity', epoch, mapping_id, 2::smallint, '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000',
       key, null, '\x01', false
  from retl.reservation;

create or replace function retl.kind_name(kind smallint) returns text language sql immutable
    return (array['field', 'seed', 'drift', 'delete_vs_edit', 'gone_from_warehouse', 'gone_from_crm', 'match', 'new_in_warehouse',
                  'new_in_crm', 'duplicate', 'overwritten', 'unstable', 'schema_drift'])[kind + 1];
