namespace ReverseEtl.Integration.KillPoints;

/// <summary>A company small enough to be killed hundreds of times: accounts in Salesforce, people in HubSpot, every kind of owner and rule.</summary>
internal static class Company
{
    /// <summary>The mapped fields of an account in the CRM, the key first.</summary>
    public static readonly IReadOnlyList<string> AccountFields =
        ["Warehouse_Id__c", "Name", "Health_Score__c", "Segment__c", "ParentId", "Phone", "Description", "Rating", "Industry", "Website"];

    /// <summary>The mapped fields of a person in the CRM, the key first.</summary>
    public static readonly IReadOnlyList<string> PersonFields =
        ["warehouse_id", "email", "firstname", "lead_score", "phone", "jobtitle", "company", "newsletter"];

    /// <summary>The models, each with a log of what was written to it.</summary>
    public const string Tables = """
        create schema proof;
        create table proof.effect (id bigint generated always as identity, line text not null);
        create function proof.log() returns trigger language plpgsql as $$
            declare o jsonb := coalesce(to_jsonb(old), '{}'); n jsonb := coalesce(to_jsonb(new), '{}');
            begin
                insert into proof.effect (line)
                select format('%s %s %s %s: %s → %s', tg_table_name, lower(tg_op), coalesce(n->>tg_argv[0], o->>tg_argv[0]), k, o->>k, n->>k)
                  from jsonb_object_keys(o || n) k where k <> 'updated_at' and o->k is distinct from n->k order by k;
                return null;
            end $$;
        create function proof.touch() returns trigger language plpgsql as
            $$ begin new.updated_at := clock_timestamp(); return new; end $$;
        create table accounts (
            account_id text primary key, name text not null, domain text, health_score numeric(7,3), segment text, parent_id text, phone text,
            description text, rating text, industry text, updated_at timestamptz not null default clock_timestamp());
        create table people (
            person_id text primary key, email text, first_name text, lead_score int, phone text, job_title text, company text,
            newsletter boolean, updated_at timestamptz not null default clock_timestamp());
        create trigger touch before update on accounts for each row execute function proof.touch();
        create trigger touch before update on people for each row execute function proof.touch();
        create trigger log after insert or update or delete on accounts for each row execute function proof.log('account_id');
        create trigger log after insert or update or delete on people for each row execute function proof.log('person_id');
        """;

    /// <summary>What the models hold when the daemon is new. A-1 and P-1 are in the CRMs already; A-2 belongs to A-4, which comes later.</summary>
    public const string Rows = """
        insert into accounts (account_id, name, domain, health_score, segment, parent_id, phone, description, rating, industry) values
            ('A-1', 'Acme', 'acme.example', 11.5, 'SMB', null, '+1 1', 'First.', 'Warm', 'Energy'),
            ('A-2', 'Bolt', 'bolt.example', 22.5, 'SMB', 'A-4', '+1 2', 'First.', 'Warm', 'Retail'),
            ('A-3', 'Cord', 'cord.example', 33.5, 'Enterprise', null, '+1 3', 'First.', 'Warm', null),
            ('A-4', 'Dune', 'dune.example', 44.5, 'Enterprise', null, null, 'First.', 'Cold', 'Banking'),
            ('A-5', 'Echo', 'echo.example', 55.5, 'SMB', 'A-1', '+1 5', null, 'Hot', 'Energy');
        insert into people (person_id, email, first_name, lead_score, phone, job_title, company) values
            ('P-1', 'p1@acme.example', 'Ada', 10, '+2 1', 'CTO', 'Acme'),
            ('P-2', 'p2@acme.example', 'Ben', 20, '+2 2', 'Buyer', 'Acme'),
            ('P-3', 'p3@acme.example', 'Cas', 30, null, 'Buyer', 'Acme'),
            ('P-4', 'p4@acme.example', 'Dee', 40, '+2 4', null, 'Acme'),
            ('P-5', 'p5@acme.example', 'Eve', 50, '+2 5', 'Engineer', 'Acme');
        """;

    /// <summary>What a build of the models does with what landed beside them.</summary>
    public const string Build = """
        update accounts a set phone = l.phone, description = l.description, rating = coalesce(l.rating, a.rating), industry = l.industry
          from crm_landing.accounts l where l.key = a.account_id;
        update people p set phone = l.phone, job_title = coalesce(l.job_title, p.job_title), newsletter = l.newsletter
          from crm_landing.people l where l.key = p.person_id;
        """;

    public static string AccountsMapping(bool lands) => $$"""
        version: 1
        name: accounts
        warehouse:
          connection: main
          table: public.accounts
          key: account_id
          changed_at: updated_at
        {{(lands ? "" : "  write_to: public.accounts")}}
        crm:
          connection: salesforce
          object: Account
          key: Warehouse_Id__c
        match:
          - { warehouse: domain, crm: Website, as: domain }
        records:
          gone_from_warehouse: archive
          gone_from_crm: keep
        fields:
          - { warehouse: name, crm: Name, owner: warehouse }
          - { warehouse: health_score, crm: Health_Score__c, owner: warehouse, on_drift: revert }
          - { warehouse: segment, crm: Segment__c, owner: warehouse, on_drift: flag }
          - { warehouse: parent_id, crm: ParentId, owner: warehouse, references: accounts }
          - { warehouse: phone, crm: Phone, owner: shared, on_conflict: newest_wins }
          - { warehouse: description, crm: Description, owner: shared, on_conflict: append }
          - { warehouse: rating, crm: Rating, owner: shared, on_conflict: review }
          - { warehouse: industry, crm: Industry, owner: crm }
        guard: { max_changes: 100%, max_deletes: 100% }
        """;

    public static string PeopleMapping(bool lands) => $$"""
        version: 1
        name: people
        warehouse:
          connection: main
          table: public.people
          key: person_id
          changed_at: updated_at
        {{(lands ? "" : "  write_to: public.people")}}
        crm:
          connection: hubspot
          object: contacts
          key: warehouse_id
        match:
          - { warehouse: email, crm: email, as: email }
        records:
          gone_from_warehouse: archive
          gone_from_crm: recreate
        fields:
          - { warehouse: email, crm: email, owner: warehouse }
          - { warehouse: first_name, crm: firstname, owner: warehouse, on_drift: adopt }
          - { warehouse: lead_score, crm: lead_score, owner: warehouse, on_drift: revert }
          - { warehouse: phone, crm: phone, owner: shared, on_conflict: newest_wins }
          - { warehouse: job_title, crm: jobtitle, owner: shared, on_conflict: review }
          - { warehouse: company, crm: company, owner: shared, on_conflict: warehouse_wins }
          - { warehouse: newsletter, crm: newsletter, owner: crm }
        guard: { max_changes: 100%, max_deletes: 100% }
        """;
}
