using ReverseEtl.Core.Mappings;

namespace ReverseEtl.Daemon.MappingFiles.Format;

/// <summary>The mapping file, version 1: every key there is, what it may hold and what it means.</summary>
public static class MappingFormat
{
    /// <summary>What <c>name</c> looks like. It becomes a part of table names, hence the length.</summary>
    public const string NamePattern = "^[A-Za-z][A-Za-z0-9_-]{0,62}$";

    /// <summary>The whole file.</summary>
    public static GroupShape Root { get; } = new("One warehouse model and one CRM object, kept consistent in both directions.",
    [
        new("version", new ConstantShape("Version of the file format.", Mapping.CurrentVersion), Required: true),
        new("name", new TextShape("Name of the mapping; equals the file name without its ending.")
        {
            Patterns = [NamePattern],
            Expected = "letters, digits, '_' and '-', at most 63, a letter first",
        }, Required: true),
        new("description", new TextShape("One line for people.")),
        new("owner", new TextShape("Whom to ask: a person or team.")),
        new("warehouse", Warehouse, Required: true),
        new("crm", Crm, Required: true),
        new("match", new ListShape("How records that are not linked yet find each other. The first rule with exactly one hit wins.", MatchRule)),
        new("records", Records),
        new("fields", new ListShape("The mapped fields.", Field) { MinItems = 1 }, Required: true),
        new("associations", new ListShape(
            "Links to records of other mappings that the CRM keeps beside its fields, as HubSpot does. The warehouse owns the links that it names; "
            + "those that people make stay untouched.", Association)),
        new("schedule", Schedule),
        new("guard", Guard),
    ]);

    private static GroupShape Warehouse => new("The warehouse side.",
    [
        new("connection", new TextShape("Name of a connection under Warehouses in the configuration."), Required: true),
        new("table", new TextShape("A table or view, with its schema: analytics.accounts.")),
        new("query", new TextShape("A query; its columns are the model's.")),
        new("dbt", new TextShape("Name of a dbt model.")),
        new("key", new ListShape("The column, or list of columns, that identifies a row; unique and never empty.", new TextShape("A key column."))
        {
            MinItems = 1,
            OneMayStandAlone = true,
        }, Required: true),
        new("changed_at", new TextShape("A column that grows when the row changes. Serves newest_wins and incremental reads.")),
        new("write_to", new TextShape("The table that pulled values are written to in place. Without it they land in crm_landing.<name>.")),
    ])
    {
        ExactlyOneOf = ["table", "query", "dbt"],
    };

    private static GroupShape Crm => new("The CRM side.",
    [
        new("connection", new TextShape("Name of a connection under Crms in the configuration."), Required: true),
        new("object", new TextShape("Object type, e.g. Account in Salesforce or contacts in HubSpot."), Required: true),
        new("key", new TextShape("The unique field (external id) that carries the warehouse key. Only the daemon writes it."), Required: true),
        new("mode", new WordShape(
            "How records may be written at all. upsert: they are created and updated. create_only: created, never updated. "
            + "update_only: updated, never created. mirror: created and updated, and those that we created go when their row has left the warehouse.",
            Words.Of<WriteMode>()) { Default = Words.Of(WriteMode.Upsert) }),
        new("converted_to", new GroupShape(
            "What a record of the object may be turned into, as a lead into a contact. The key is then given to that record, so that its own mapping links it.",
        [
            new("object", new TextShape("Object type."), Required: true),
            new("key", new TextShape("The unique field of that object that carries the warehouse key."), Required: true),
        ])),
    ]);

    private static GroupShape MatchRule => new("One way in which records may find each other.",
    [
        new("warehouse", new TextShape("Column."), Required: true),
        new("crm", new TextShape("CRM field."), Required: true),
        new("as", new WordShape(
            "How the two compare. exact: letter by letter, trimmed. email: without case. phone: digits only. "
            + "domain: the host of a web or e-mail address, without www. case_insensitive: without case, single spaces.",
            Words.Of<MatchAs>()) { Default = Words.Of(MatchAs.Exact) }),
    ]);

    private static GroupShape Records => new("What happens to whole records.",
    [
        new("new_in_warehouse", new WordShape(
            "A row without a partner. create: it is created in the CRM. ignore: it is left alone. review: a person decides.",
            Words.Of<NewRecord>()) { Default = Words.Of(new RecordRules().NewInWarehouse) }),
        new("new_in_crm", new WordShape(
            "A CRM record without a partner. create: a row is created. ignore: it is left alone. review: a person decides.",
            Words.Of<NewRecord>()) { Default = Words.Of(new RecordRules().NewInCrm) }),
        new("gone_from_warehouse", new WordShape(
            "A linked row has left the warehouse. keep: the CRM record stays. archive: it goes to the recycle bin. "
            + "delete: it is deleted. review: a person decides. purge_irrecoverably: it is removed for good, past the recycle bin; "
            + "needs guard.max_deletes as a number.",
            Words.Of<GoneFromWarehouse>()) { Default = Words.Of(new RecordRules().GoneFromWarehouse) }),
        new("archive", Archive),
        new("gone_from_crm", new WordShape(
            "A linked record was deleted in the CRM. keep: the row stays. recreate: the record is created again. "
            + "delete: the row is deleted. review: a person decides.",
            Words.Of<GoneFromCrm>()) { Default = Words.Of(new RecordRules().GoneFromCrm) }),
        new("ambiguous_match", new WordShape(
            "A match rule found more than one partner. review: a person decides. ignore: the row is left alone.",
            Words.Of<AmbiguousMatch>()) { Default = Words.Of(new RecordRules().AmbiguousMatch) }),
    ]);

    private static GroupShape Archive => new("For gone_from_warehouse: archive: a field that says that the record is out of use, instead of the recycle bin.",
    [
        new("field", new TextShape("CRM field; no column may be mapped to it."), Required: true),
        new("value", new TextShape("What it holds while the row is gone."), Required: true),
        new("restore", new TextShape("What it holds again when the row is back. Left out: nothing. A value that somebody else put there stays.")),
    ]);

    private static WordShape NullWord(string what) => new(
        what + " write: the value is cleared. skip: nothing happens; a blank has nothing to say.", Words.Of<NullRule>())
    {
        Default = Words.Of(NullRule.Write),
    };

    private static EitherShape Nulls => new("What blanks do to values of the other side: one word for both directions, or one for each.",
        NullWord("A blank on one side and a value on the other."),
        new GroupShape("By direction.",
        [
            new("to_crm", NullWord("A blank column and a value in the CRM.")),
            new("to_warehouse", NullWord("A blank CRM field and a value in the warehouse.")),
        ]));

    private static GroupShape Field => new("One mapped field.",
    [
        new("warehouse", new TextShape("Column."), Required: true),
        new("crm", new TextShape("CRM field, or a path to a field of a related record such as Owner.Email. A path is written only where the CRM can tell the related record by it."), Required: true),
        new("owner", new WordShape(
            "Who may change it. warehouse: only the warehouse. crm: only people in the CRM. shared: both.", Words.Of<FieldOwner>()), Required: true),
        new("on_drift", new WordShape(
            "For fields with one owner: the other side changed the field. revert: the owner's value is written again and the other recorded. "
            + "flag: nothing is written, people are told. adopt: the other value stands until the owner changes the field.",
            Words.Of<DriftRule>()) { Default = Words.Of(DriftRule.Revert) }),
        new("on_conflict", new WordShape(
            "For shared fields: both sides changed it to different values. review: a person decides. warehouse_wins, crm_wins: that side. "
            + "newest_wins: the later change; needs warehouse.changed_at. prefer_nonblank: a value beats none. max, min: of numbers, dates and times. "
            + "union: for multi-pick-lists. append: for texts that only grow.",
            Words.Of<ConflictPolicy>()) { Default = Words.Of(ConflictPolicy.Review) }),
        new("first_match", new WordShape(
            "When two records are linked and differ. prefer_nonblank: a value beats none. warehouse_wins, crm_wins: that side. "
            + "review: a person decides. Left out: the owner's value; for a shared field a value beats none.",
            Words.Of<FirstMatch>(unsaid: FirstMatch.ByOwner))),
        new("nulls", Nulls),
        new("references", new TextShape("The mapping whose pairs translate this field between warehouse keys and CRM record ids.")),
    ]);

    private static GroupShape Association => new("One kind of link.",
    [
        new("warehouse", new TextShape("Column that holds the key of the row to link with, or with many: true several keys joined by ';'."), Required: true),
        new("to", new TextShape("The mapping of the same CRM connection whose rows the keys are of."), Required: true),
        new("type", new TextShape(
            "default: linked. primary: linked as the first one, of which a record has one. Anything else: linked with the label of that name.")
        {
            Default = Core.Mappings.Association.Plain,
        }),
        new("many", new FlagShape("Whether the column holds several keys. Left out: one.")),
    ]);

    private static GroupShape Schedule => new("When the loops run by themselves.",
    [
        new("push", CadenceShape("How often the warehouse is looked at", new Schedule().Push)),
        new("pull", CadenceShape("How often the CRM is looked at", new Schedule().Pull)),
    ]);

    private static GroupShape Guard => new("How much one cycle may change before a person must approve. The first load is not a change.",
    [
        new("max_changes", new CapShape("Records created, updated or deleted on either side: a number or a share of the linked records. Left out: no cap.")),
        new("max_deletes", new CapShape("Records deleted or archived on either side: a number or a share of the linked records.")
        {
            Default = new Guard().MaxDeletes.ToString(),
        }),
    ]);

    private static TextShape CadenceShape(string what, string unsaid) => new($"{what}: a duration (30s, 5m, 1h, 1d) or a cron expression in UTC (five fields, or six with seconds).")
    {
        Patterns = [Cadence.DurationPattern, Cadence.CronPattern],
        Expected = "a duration such as 30s, 5m or 1h, or a cron expression of five or six fields",
        Examine = text => Cadence.Examine(text),
        Default = unsaid,
    };
}
