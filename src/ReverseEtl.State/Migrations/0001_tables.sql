-- The durable state: one row a pair, and small tables for what is rare. Keys and ids sort by their UTF-8 bytes (collation "C"),
-- which is the order in which the engine merges them. Needs PostgreSQL 15 (MERGE, NULLS NOT DISTINCT).

create table retl.mapping (
    id              smallint generated always as identity primary key,
    name            text collate "C" not null unique,
    version         uuid,
    version_pending boolean not null default false,
    first_load_at   timestamptz
);
comment on table retl.mapping is 'Every mapping that was ever opened or marked.';
comment on column retl.mapping.version is 'Fingerprint of what decides the writes, as last opened; null when only marked so far.';
comment on column retl.mapping.version_pending is 'The version changed and no run has finished since: everything must be read again.';
comment on column retl.mapping.first_load_at is 'When the first load of both sides was finished.';

create table retl.lease (
    mapping_id  smallint primary key references retl.mapping,
    holder      text,
    fence       bigint not null,
    taken_at    timestamptz not null,
    expires_at  timestamptz not null,
    backend_pid integer not null
);
comment on table retl.lease is 'Who works on a mapping, by the clock of this database.';
comment on column retl.lease.holder is 'Null when it was given back.';
comment on column retl.lease.fence is 'Rises with every holder; a transaction of an older one fails.';

create table retl.field (
    mapping_id smallint not null references retl.mapping,
    number     smallint not null,
    warehouse  text collate "C" not null,
    crm        text collate "C" not null,
    primary key (mapping_id, number),
    unique (mapping_id, warehouse, crm)
);
comment on table retl.field is 'The number of a field in packed bases; never changed, never given to another field.';

-- Columns stand in the order that needs no padding. Fingerprints are not indexed and pages are not filled, so that an update
-- which moves neither key, CRM id nor state stays in its page and touches no index.
create table retl.pair (
    crm_version     timestamptz not null,
    epoch           integer not null,
    mapping_id      smallint not null,
    state           smallint not null check (state between 1 and 5),
    warehouse_print uuid not null,
    crm_print       uuid not null,
    key             text collate "C" not null,
    crm_id          text collate "C",
    base            bytea not null,
    primary key (mapping_id, key)
) with (fillfactor = 95);
comment on table retl.pair is 'One linked warehouse row and CRM record. Read it through the view retl.pairs.';
comment on column retl.pair.state is '1 linked, 2 creating_crm, 3 gone_from_warehouse, 4 gone_from_crm, 5 duplicate.';
comment on column retl.pair.base is 'The two halves last seen to correspond, by field number; values for shared fields, hashes for others.';
create unique index pair_crm_id on retl.pair (mapping_id, crm_id) where state <> 5;
create index pair_duplicate on retl.pair (mapping_id, crm_id) where state = 5;

-- Apart from the pairs, because the row of a pair can hardly stay in its page when it gets its CRM id and its bases: a first load
-- would leave a dead row for each. A key is in one of the two tables only.
create table retl.reservation (
    epoch      integer not null,
    mapping_id smallint not null,
    key        text collate "C" not null,
    primary key (mapping_id, key)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
comment on table retl.reservation is 'Pairs whose CRM record is being created and of which nothing else is known yet.';

create view retl.every_pair as
select crm_version, epoch, mapping_id, state, warehouse_print, crm_print, key, crm_id, base from retl.pair
union all
select '-infinity', epoch, mapping_id, 2::smallint, '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000',
       key, null, '\x01'
  from retl.reservation;
comment on view retl.every_pair is 'Pairs, and those that are only reserved, in the shape of retl.pair.';

create sequence retl.intent_id;
create table retl.intent (
    id            bigint primary key default nextval('retl.intent_id'),
    run           bigint not null,
    seen_version  timestamptz not null,
    prepared_at   timestamptz not null,
    send_deadline timestamptz not null,
    epoch         integer not null,
    mapping_id    smallint not null,
    side          smallint not null,
    action        smallint not null,
    key           text collate "C" not null,
    crm_id        text collate "C",
    fields        bytea not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
comment on table retl.intent is 'Writes that are decided and whose outcome is not known yet; a row goes when it is.';
create unique index intent_open on retl.intent (mapping_id, key, side);

create table retl.conflict (
    id             bigint generated always as identity primary key,
    mapping_id     smallint not null,
    kind           smallint not null,
    key            text collate "C",
    crm_id         text collate "C",
    field          text collate "C",
    base_warehouse text,
    base_crm       text,
    warehouse      text,
    crm            text,
    states         text not null check (length(states) = 4),
    opened_at      timestamptz not null,
    choice         smallint,
    choice_value   text,
    chosen_by      text,
    chosen_at      timestamptz,
    closed_at      timestamptz,
    outcome        text
);
comment on table retl.conflict is 'Questions to people, open and closed.';
comment on column retl.conflict.states is
    'What is known of base_warehouse, base_crm, warehouse and crm: v value, n empty, a no record, u not moved, - not seen.';
create unique index conflict_open on retl.conflict (mapping_id, kind, key, crm_id, field) nulls not distinct where closed_at is null;
create index conflict_closed on retl.conflict (closed_at) where closed_at is not null;
create index conflict_key on retl.conflict (mapping_id, key);

create table retl.reject (
    id              bigint generated always as identity primary key,
    mapping_id      smallint not null,
    side            smallint not null,
    retry           smallint not null,
    attempts        integer not null,
    print           uuid not null,
    first_at        timestamptz not null,
    last_at         timestamptz not null,
    next_attempt_at timestamptz,
    key             text collate "C" not null,
    crm_id          text collate "C",
    class           text not null,
    reason          text not null,
    unique (mapping_id, key, side)
);
comment on table retl.reject is 'Records that a side refuses, with the reason; a row goes when the record is accepted or gone.';
create index reject_due on retl.reject (mapping_id, next_attempt_at) where next_attempt_at is not null;

create table retl.loss (
    id         bigint generated always as identity primary key,
    run        bigint not null,
    at         timestamptz not null,
    value_at   timestamptz,
    mapping_id smallint not null,
    side       smallint not null,
    key        text collate "C" not null,
    crm_id     text collate "C",
    field      text not null,
    state      text not null check (length(state) = 1),
    value      text,
    author     text,
    rule       text not null
);
comment on table retl.loss is 'Values that a write of ours replaced without having seen them.';
create index loss_key on retl.loss (mapping_id, key);

create table retl.change_kind (
    id     bigint primary key,
    side   smallint not null,
    action text not null,
    fields text[] not null,
    rules  text[] not null
);
comment on table retl.change_kind is 'What changes have in common; the id is the hash of the rest, so it is never looked up before it is used.';

create table retl.change (
    id         bigint generated always as identity,
    run        bigint not null,
    at         timestamptz not null,
    kind       bigint not null,
    mapping_id smallint not null,
    key        text collate "C" not null,
    crm_id     text collate "C"
);
comment on table retl.change is 'What was done to records: names and rules, no values. Old rows are removed.';
create index change_key on retl.change (mapping_id, key);
create index change_at on retl.change using brin (at);

create table retl.alias (
    mapping_id smallint not null,
    loser      text collate "C" not null,
    winner     text collate "C" not null,
    seen_at    timestamptz not null,
    primary key (mapping_id, loser)
);
comment on table retl.alias is 'CRM ids that were merged away; winner is the last of a chain.';
create index alias_winner on retl.alias (mapping_id, winner);

create table retl.tombstone (
    mapping_id    smallint not null,
    side          smallint not null,
    missing_since timestamptz not null,
    key           text collate "C" not null,
    primary key (mapping_id, key, side)
);
comment on table retl.tombstone is 'Records that are missing on one side and not decided yet.';

create table retl.unlinked (
    hash       bigint not null,
    mapping_id smallint not null,
    rule       smallint not null,
    crm_id     text collate "C" not null,
    primary key (mapping_id, crm_id, rule)
);
comment on table retl.unlinked is 'Hashed match keys of CRM records without a partner.';
create index unlinked_match on retl.unlinked (mapping_id, rule, hash);

create sequence retl.dirty_id;
create table retl.dirty (
    id         bigint primary key default nextval('retl.dirty_id'),
    at         timestamptz not null,
    mapping_id smallint not null,
    key        text collate "C",
    crm_id     text collate "C",
    reason     text not null
);
comment on table retl.dirty is 'Records to look at again. A mark made again gets a new id, so that clearing the old one does not lose it.';
create unique index dirty_record on retl.dirty (mapping_id, key, crm_id) nulls not distinct;

create table retl.watermark (
    mapping_id smallint not null,
    side       smallint not null,
    through    timestamptz not null,
    full_at    timestamptz,
    primary key (mapping_id, side)
);
comment on table retl.watermark is 'How far each side was read.';

create table retl.run (
    id          bigint generated always as identity primary key,
    mapping_id  smallint not null,
    reason      text not null,
    started_at  timestamptz not null,
    finished_at timestamptz,
    outcome     text,
    message     text,
    created     bigint,
    updated     bigint,
    linked      bigint,
    deleted     bigint,
    unchanged   bigint,
    pulled      bigint,
    rejected    bigint,
    conflicts   bigint,
    losses      bigint,
    held        bigint,
    api_calls   bigint,
    duration_ms bigint
);
comment on table retl.run is 'Cycles. Old rows are removed.';
create index run_mapping on retl.run (mapping_id, id);
create index run_started on retl.run (started_at);
