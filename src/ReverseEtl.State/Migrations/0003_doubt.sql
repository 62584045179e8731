-- A restored state is noticed, questions about overwritten and unstable fields have names, and a full read tells what its audit found.

create table retl.identity (
    id  uuid not null default gen_random_uuid(),
    one boolean primary key default true check (one)
);
insert into retl.identity default values;
comment on table retl.identity is 'The name of this state, given once; the warehouse remembers it beside the last run of each mapping.';

-- Kept apart from the runs, because old runs are removed and a state must never look older than it is.
alter table retl.mapping add column last_run bigint not null default 0;
alter table retl.mapping add column doubted_through bigint;
update retl.mapping m set last_run = coalesce((select max(r.id) from retl.run r where r.mapping_id = m.id), 0);
comment on column retl.mapping.last_run is 'The last run that was started.';
comment on column retl.mapping.doubted_through is
    'The state was found to be older than what was done since: everything up to this run must be compared. Null once it was.';

alter table retl.run add column audit_findings bigint;
comment on column retl.run.audit_findings is 'Pairs that looked settled and whose base did not fit what a full read of the CRM showed.';

create or replace function retl.kind_name(kind smallint) returns text language sql immutable
    return (array['field', 'seed', 'drift', 'delete_vs_edit', 'gone_from_warehouse', 'gone_from_crm', 'match', 'new_in_warehouse',
                  'new_in_crm', 'duplicate', 'overwritten', 'unstable'])[kind + 1];

create or replace view retl.runs as
select r.id as run, m.name as mapping, r.reason, r.started_at, r.finished_at, r.outcome, r.message, r.created, r.updated, r.linked,
       r.deleted, r.unchanged, r.pulled, r.rejected, r.conflicts, r.losses, r.held, r.api_calls, r.duration_ms, r.audit_findings
  from retl.run r join retl.mapping m on m.id = r.mapping_id;
comment on column retl.runs.audit_findings is 'Pairs that looked settled and whose base did not fit what a full read of the CRM showed.';

create or replace view retl.freshness as
select m.name as mapping,
       w.through as warehouse_through, w.full_at as warehouse_full_at,
       c.through as crm_through, c.full_at as crm_full_at,
       (select r.finished_at from retl.run r where r.mapping_id = m.id and r.outcome in ('ok', 'attention') order by r.id desc limit 1) as last_success_at,
       (select count(*) from retl.dirty d where d.mapping_id = m.id) as dirty,
       (select count(*) from retl.intent i where i.mapping_id = m.id) as open_intents,
       (select count(*) from retl.conflict k where k.mapping_id = m.id and k.closed_at is null) as open_conflicts,
       (select count(*) from retl.reject j where j.mapping_id = m.id) as rejects,
       (select count(*) from retl.tombstone t where t.mapping_id = m.id) as missing,
       case when l.expires_at > clock_timestamp() then l.holder end as running_at,
       m.doubted_through is not null as needs_comparison
  from retl.mapping m
  left join retl.watermark w on w.mapping_id = m.id and w.side = 0
  left join retl.watermark c on c.mapping_id = m.id and c.side = 1
  left join retl.lease l on l.mapping_id = m.id;
comment on column retl.freshness.needs_comparison is
    'The state was found to be older than what was done since (restored from a backup?), and no run has compared everything yet.';
