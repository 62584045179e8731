-- What people may ask. Column names and meanings are stable; columns may be added at the end.

create function retl.side_name(side smallint) returns text language sql immutable
    return case side when 0 then 'warehouse' else 'crm' end;
create function retl.display_key(key text) returns text language sql immutable
    return replace(key, chr(31), '|');
create function retl.state_name(state smallint) returns text language sql immutable
    return (array['linked', 'creating_crm', 'gone_from_warehouse', 'gone_from_crm', 'duplicate'])[state];
create function retl.kind_name(kind smallint) returns text language sql immutable
    return (array['field', 'seed', 'drift', 'delete_vs_edit', 'gone_from_warehouse', 'gone_from_crm', 'match', 'new_in_warehouse',
                  'new_in_crm', 'duplicate'])[kind + 1];

create view retl.pairs as
select m.name as mapping, retl.display_key(p.key) as key, p.crm_id, retl.state_name(p.state) as state, p.epoch, p.crm_version,
       length(p.base) as base_bytes
  from retl.every_pair p join retl.mapping m on m.id = p.mapping_id;
comment on view retl.pairs is 'The identity map: which warehouse row and CRM record belong together.';
comment on column retl.pairs.key is 'Warehouse key; the parts of a compound key with a bar between them.';
comment on column retl.pairs.state is 'linked, creating_crm, gone_from_warehouse, gone_from_crm or duplicate.';
comment on column retl.pairs.epoch is 'Rises whenever the pair is linked anew, merged or re-keyed.';
comment on column retl.pairs.crm_version is 'The CRM version last seen or reached by our own write.';

create view retl.runs as
select r.id as run, m.name as mapping, r.reason, r.started_at, r.finished_at, r.outcome, r.message, r.created, r.updated, r.linked,
       r.deleted, r.unchanged, r.pulled, r.rejected, r.conflicts, r.losses, r.held, r.api_calls, r.duration_ms
  from retl.run r join retl.mapping m on m.id = r.mapping_id;
comment on view retl.runs is 'Cycles: when, why, and what they did. finished_at is null while one runs and for one that was killed.';
comment on column retl.runs.outcome is 'ok, attention (rejects, conflicts or held rows) or failed.';

create view retl.changes as
select c.at, m.name as mapping, retl.display_key(c.key) as key, c.crm_id, retl.side_name(k.side) as side, k.action, k.fields, k.rules, c.run
  from retl.change c
  join retl.change_kind k on k.id = c.kind
  join retl.mapping m on m.id = c.mapping_id;
comment on view retl.changes is 'What was done to which record, by which rule. Holds no values.';
comment on column retl.changes.rules is 'One rule a field, in the order of fields; or one for the record when there are no fields.';

create view retl.conflicts as
select c.id, m.name as mapping, retl.display_key(c.key) as key, c.crm_id, c.field, retl.kind_name(c.kind) as kind, c.base_warehouse,
       c.base_crm, c.warehouse, c.crm, c.opened_at,
       (array['warehouse', 'crm', 'value', 'ignore'])[c.choice + 1] as decision, c.chosen_by as decided_by, c.chosen_at as decided_at,
       c.closed_at, c.outcome
  from retl.conflict c join retl.mapping m on m.id = c.mapping_id;
comment on view retl.conflicts is 'Questions to people; closed_at is null for an open one.';
comment on column retl.conflicts.base_warehouse is 'The warehouse value last seen to correspond; null when empty or not known.';
comment on column retl.conflicts.decision is 'warehouse, crm, value or ignore: decided, carried out by the next cycle.';

create view retl.losses as
select l.at, m.name as mapping, retl.display_key(l.key) as key, l.crm_id, retl.side_name(l.side) as side, l.field, l.value, l.author,
       l.value_at, l.rule, l.run, l.id
  from retl.loss l join retl.mapping m on m.id = l.mapping_id;
comment on view retl.losses is 'Values that a write of ours replaced without having seen them, with author and time where the CRM tells.';

create view retl.rejects as
select r.id, m.name as mapping, retl.display_key(r.key) as key, r.crm_id, retl.side_name(r.side) as side, r.class, r.reason, r.attempts,
       (array['now', 'later', 'after_change', 'never'])[r.retry + 1] as retry, r.next_attempt_at, r.first_at, r.last_at
  from retl.reject r join retl.mapping m on m.id = r.mapping_id;
comment on view retl.rejects is 'Records that a side refuses now, with the reason and the time of the next attempt.';
comment on column retl.rejects.side is 'Who refused it.';

create view retl.freshness as
select m.name as mapping,
       w.through as warehouse_through, w.full_at as warehouse_full_at,
       c.through as crm_through, c.full_at as crm_full_at,
       (select r.finished_at from retl.run r where r.mapping_id = m.id and r.outcome in ('ok', 'attention') order by r.id desc limit 1) as last_success_at,
       (select count(*) from retl.dirty d where d.mapping_id = m.id) as dirty,
       (select count(*) from retl.intent i where i.mapping_id = m.id) as open_intents,
       (select count(*) from retl.conflict k where k.mapping_id = m.id and k.closed_at is null) as open_conflicts,
       (select count(*) from retl.reject j where j.mapping_id = m.id) as rejects,
       (select count(*) from retl.tombstone t where t.mapping_id = m.id) as missing,
       case when l.expires_at > clock_timestamp() then l.holder end as running_at
  from retl.mapping m
  left join retl.watermark w on w.mapping_id = m.id and w.side = 0
  left join retl.watermark c on c.mapping_id = m.id and c.side = 1
  left join retl.lease l on l.mapping_id = m.id;
comment on view retl.freshness is 'How far each mapping has come and what waits.';
comment on column retl.freshness.warehouse_through is 'Everything the warehouse showed before this moment of its clock was seen.';
comment on column retl.freshness.crm_through is 'Everything the CRM showed before this moment of its clock was seen.';
comment on column retl.freshness.running_at is 'Who works on the mapping now; null when nobody does.';
