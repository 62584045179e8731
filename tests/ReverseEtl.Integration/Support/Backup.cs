namespace ReverseEtl.Integration.Support;

/// <summary>Backs up the state beside itself, and restores it over what was done since: numbers drawn from sequences are given again.</summary>
public static class Backup
{
    private const string Tables =
        "select table_name from information_schema.tables where table_schema = 'retl' and table_type = 'BASE TABLE' and table_name <> 'schema_version'";

    public static Task MakeAsync(World world) => world.SqlAsync(
        $"""
         drop schema if exists backup cascade;
         create schema backup;
         do $$ declare t text; begin
             for t in {Tables} loop execute format('create table backup.%1$I as table retl.%1$I', t); end loop;
         end $$;
         """);

    public static Task RestoreAsync(World world) => world.SqlAsync(
        $"""
         set session_replication_role = replica;
         do $$ declare t text; s text; begin
             for t in {Tables} loop
                 execute format('delete from retl.%I', t);
                 execute format('insert into retl.%1$I overriding system value table backup.%1$I', t);
             end loop;
             foreach t in array array['run', 'conflict', 'reject', 'loss', 'change'] loop
                 s := pg_get_serial_sequence('retl.' || t, 'id');
                 execute format('select setval(%L, (select coalesce(max(id), 0) + 1 from retl.%I), false)', s, t);
             end loop;
             perform setval('retl.intent_id', (select coalesce(max(id), 0) + 1 from retl.intent), false);
             perform setval('retl.dirty_id', (select coalesce(max(id), 0) + 1 from retl.dirty), false);
         end $$;
         """);
}
