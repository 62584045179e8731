using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Salesforce.Describing;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>Which columns a read selects, and how its rows become records.</summary>
internal sealed class RecordShape
{
    // Leaves at least a third of an address for ids and conditions.
    private const int LongestSelect = Soql.LongestEncoded * 2 / 3;
    private static readonly string[] Marks = ["IsDeleted", "LastModifiedById"];
    private const string Creation = "CreatedDate";
    private static readonly string[] Stamps = ["SystemModstamp", "LastModifiedDate", Creation];

    private readonly CrmRead _read;
    private readonly Column[] _columns;
    private readonly List<List<string>> _groups = [];
    private readonly string? _userId;
    private readonly FieldType _keyType;

    /// <summary>Makes one.</summary>
    /// <param name="read">What is wanted.</param>
    /// <param name="describe">The object, fields that the user cannot see left out.</param>
    /// <param name="blind">Paths that lead nowhere as things are; they are not observed.</param>
    /// <param name="userId">The connection's own user, where known.</param>
    public RecordShape(CrmRead read, ObjectDescribe describe, IReadOnlySet<string> blind, string? userId)
    {
        _read = read;
        _userId = userId;
        _keyType = describe.Schema.Find(read.KeyField)?.Type ?? new FieldType(FieldKind.Text);
        if (!describe.Sees(read.KeyField))
        {
            throw new PortException(PortTrouble.Refused,
                $"Salesforce: the key field {read.KeyField} of {read.Object} does not exist or is hidden from the integration user.");
        }

        // Every object has one of these; a describe that shows none is only short of words.
        var isTerse = !Stamps.Any(describe.Sees);
        Stamp = isTerse ? Stamps[0] : Stamps.First(describe.Sees);
        _columns =
        [
            .. read.Fields.Select(field => new Column(field.Name.Split('.'), field.Type, describe.Sees(field.Name) && !blind.Contains(field.Name))
            {
                IsEncrypted = describe.Masks.ContainsKey(field.Name),
                Mask = describe.Masks.GetValueOrDefault(field.Name),
            }),
        ];
        var system = new List<string> { "Id", Stamp };
        system.AddRange(Marks.Where(name => isTerse || describe.Sees(name)));
        if (describe.HasMasterRecord)
        {
            system.Add("MasterRecordId");
        }

        if (describe.HasConversion)
        {
            system.AddRange(Conversion.Columns.Where(describe.Names.Contains));
        }

        Split(system);
    }

    /// <summary>The column that tells when a record was last changed.</summary>
    public string Stamp { get; }

    /// <summary>The columns of the query that carries ids and stamps.</summary>
    public string First => Select(_groups[0]);

    /// <summary>Columns that did not fit into one address; they are read by id.</summary>
    public IEnumerable<string> Rest => _groups.Skip(1).Select(Select);

    /// <summary>One query over all columns, for a read that is not bound to the length of an address.</summary>
    public string Whole => Select([.. Columns]);

    /// <summary>All columns, for a read that names them in its body.</summary>
    public IReadOnlyList<string> Columns => [.. _groups.SelectMany(names => names).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>One row of the first query; null when it has no id.</summary>
    public CrmRecord? Read(QueryRow read)
    {
        var row = read.Cells;
        if (SalesforceId.OfAnswer(row.Text("Id")) is not { } id)
        {
            return null;
        }

        var master = SalesforceId.OfAnswer(row.Text("MasterRecordId"));
        var deleted = row.Text("IsDeleted") is "true";
        var author = SalesforceId.OfAnswer(row.Text("LastModifiedById"));
        var version = JsonValue.Instant(row.Text(Stamp)) ?? DateTimeOffset.MinValue;
        var converted = deleted ? null : Conversion.Of(row);
        var record = new CrmRecord(
            id,
            !deleted ? converted is null ? CrmPresence.Live : CrmPresence.Converted : master is null ? CrmPresence.Deleted : CrmPresence.Merged,
            version,
            new FieldValue[_columns.Length])
        {
            // A stamp that no change moves tells no change from another.
            VersionIsOpen = Stamp is Creation || RecordVersion.IsOpen(version, read.ReadAt),
            Key = Key(row),
            MergedInto = deleted ? master : null,
            LastChangedBy = author,
            LastChangedByUs = author is not null && author == _userId,
        };
        Fill(record, row);
        return converted is null ? record : record with { ConvertedTo = converted };
    }

    /// <summary>Adds the values of one row of a later query.</summary>
    public void Fill(CrmRecord record, IRowCells row)
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            if (_columns[i].Visible && row.Value(_columns[i].Path, _columns[i].Type) is { State: not ValueState.NotObserved } value
                && !_columns[i].Hides(value))
            {
                record.Values[i] = value;
            }
        }
    }

    private string? Key(IRowCells row)
    {
        var key = row.Value([_read.KeyField], _keyType);
        return key.State is ValueState.Value ? key.Text : null;
    }

    private string Select(List<string> names) => $"SELECT {string.Join(",", names)} FROM {_read.Object}";

    private void Split(List<string> system)
    {
        var wanted = _read.Fields.Where((_, i) => _columns[i].Visible).Select(field => field.Name).Prepend(_read.KeyField)
            .Where(name => !system.Contains(name, StringComparer.OrdinalIgnoreCase))
            .Distinct(StringComparer.OrdinalIgnoreCase);
        _groups.Add(system);
        foreach (var name in wanted)
        {
            if (Soql.EncodedLength(Select([.. _groups[^1], name])) > LongestSelect)
            {
                _groups.Add(["Id"]);
            }

            _groups[^1].Add(name);
        }
    }

    private sealed record Column(string[] Path, FieldType Type, bool Visible)
    {
        // So many characters at the end may show through a mask (§2.3).
        private const int Shown = 4;

        public bool IsEncrypted { get; init; }

        public char? Mask { get; init; }

        /// <summary>Whether the value is a mask over what the user may not see: it tells nothing of the value.</summary>
        public bool Hides(FieldValue value)
        {
            if (!IsEncrypted || value.Text is not { Length: > 0 } text)
            {
                return false;
            }

            var covered = text.Length > Shown ? text[..^Shown] : text;
            return covered.Any(IsMask) && covered.All(c => IsMask(c) || !char.IsLetterOrDigit(c));
        }

        private bool IsMask(char c) => Mask is { } mask ? c == mask : c is '*' or 'X';
    }
}
