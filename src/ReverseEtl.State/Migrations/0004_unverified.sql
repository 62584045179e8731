-- A run tells how many fields it wrote without a look at what it replaced.

alter table retl.run add column unverified bigint;
comment on column retl.run.unverified is 'CRM fields that were written without a look at the record, where the CRM keeps no history.';

create or replace view retl.runs as
select r.id as run, m.name as mapping, r.reason, r.started_at, r.finished_at, r.outcome, r.message, r.created, r.updated, r.linked,
       r.deleted, r.unchanged, r.pulled, r.rejected, r.conflicts, r.losses, r.held, r.api_calls, r.duration_ms, r.audit_findings, r.unverified
  from retl.run r join retl.mapping m on m.id = r.mapping_id;
comment on column retl.runs.unverified is 'CRM fields that were written without a look at the record, where the CRM keeps no history.';
