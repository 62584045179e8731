-- Rejects that wait for a change are tried again when what the fields can hold is another thing: an option was added, a field made longer.

alter table retl.mapping add column limits uuid;
comment on column retl.mapping.limits is 'Fingerprint of what the fields of both sides could hold when the mapping was last opened; null when that was not told.';
