using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.State;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Checking;

/// <summary>What an observer knows who has seen the whole log so far; shared by the checkers.</summary>
public sealed class Ledger(CrmKind crm)
{
    private readonly Dictionary<(string Mapping, Side Side, string Record, string Field), Cell> _cells = [];
    private readonly Dictionary<(string Mapping, string Key), PairStored> _pairs = [];
    private readonly Dictionary<(string Mapping, string Id), string> _keyOf = [];
    private readonly Dictionary<(string Mapping, string Key), List<string>> _idsOf = [];
    private readonly Dictionary<(string Mapping, Side Side, string Record), RecordChanged> _fates = [];
    private readonly Dictionary<(string Process, string Mapping), Mapping> _inHand = [];
    private readonly Dictionary<(string Mapping, string Key), DateTimeOffset> _linkedAt = [];
    private readonly HashSet<long> _upserts = [];
    private readonly Dictionary<long, DateTimeOffset> _sent = [];
    private readonly Dictionary<long, int> _arrivals = [];
    private readonly HashSet<string> _ofOurUser = new(StringComparer.Ordinal);
    private readonly HashSet<(string Mapping, string Record)> _byOurUser = [];
    private readonly HashSet<(string Mapping, string Key, string Field, string Value)> _landed = [];

    /// <summary>Which CRM.</summary>
    public CrmKind Crm => crm;

    /// <summary>Everything that users and workflows ever wrote, and the values of answers, as traces.</summary>
    public HashSet<string> Written { get; } = new(StringComparer.Ordinal);

    /// <summary>Recorded losses.</summary>
    public List<LossRecorded> Losses { get; } = [];

    /// <summary>All questions, in every form that they had.</summary>
    public List<QuestionChanged> Questions { get; } = [];

    /// <summary>What was done to records.</summary>
    public List<ChangeNoted> Changes { get; } = [];

    /// <summary>Open intents by id.</summary>
    public Dictionary<(string Mapping, long Id), Intent> Journal { get; } = [];

    /// <summary>The older states that were put back.</summary>
    public List<StateRestored> Restores { get; } = [];

    /// <summary>Every change that somebody else than the engine made to a record.</summary>
    public IEnumerable<FieldChanged> EditsOf(string mapping, Side side, string record) => _cells
        .Where(c => c.Key.Mapping == mapping && c.Key.Side == side && c.Key.Record == record).SelectMany(c => c.Value.Past).Where(p => !p.By.IsEngine);

    /// <summary>Whether the network brought a request to the CRM more than once.</summary>
    public bool IsTwin(long exchange) => _arrivals.GetValueOrDefault(exchange) > 1;

    /// <summary>The pairs as they are stored now.</summary>
    public IEnumerable<PairStored> Pairs => _pairs.Values;

    /// <summary>What is known of a field's past.</summary>
    public Cell? Find(string mapping, Side side, string record, string field) => _cells.GetValueOrDefault((mapping, side, record, field));

    /// <summary>Whether a value was ever in this field's counterpart: in any record that was linked to this one, before a merge too.</summary>
    public bool EverReachedOtherSide(FieldChanged changed, string? value)
    {
        var table = Table.Of(changed.Mapping);
        if (table.IndexOf(changed.Field, crm) is not (>= 0 and var at))
        {
            return false;
        }

        return changed.Side is Side.Crm
            ? KeysOf(changed.Mapping, changed.Record).Any(key =>
                (Find(changed.Mapping, Side.Warehouse, key, table.Columns[at].Name)?.EverHeld(value) ?? false)
                || _landed.Contains((changed.Mapping, key, table.Columns[at].Name, Lineage.Of(value))))
            : _idsOf.GetValueOrDefault((changed.Mapping, changed.Record), []).Exists(id => Find(changed.Mapping, Side.Crm, id, table.Columns[at].In(crm))?.EverHeld(value) ?? false);
    }

    // After a merge a record may have been more than one row's.
    private IEnumerable<string> KeysOf(string mapping, string record) => _idsOf
        .Where(ids => ids.Key.Mapping == mapping && ids.Value.Contains(record)).Select(ids => ids.Key.Key)
        .Append(Partner(mapping, Side.Crm, record)).OfType<string>().Distinct(StringComparer.Ordinal);

    /// <summary>The same field on the other side of the pair.</summary>
    public Cell? Other(FieldChanged changed)
    {
        var table = Table.Of(changed.Mapping);
        if (table.IndexOf(changed.Field, crm) is not (>= 0 and var at) || Partner(changed.Mapping, changed.Side, changed.Record) is not { } partner)
        {
            return null;
        }

        return changed.Side is Side.Crm
            ? Find(changed.Mapping, Side.Warehouse, partner, table.Columns[at].Name)
            : Find(changed.Mapping, Side.Crm, partner, table.Columns[at].In(crm));
    }

    /// <summary>The record on the other side that this one is or was linked to; by the state, else by the key that it carries.</summary>
    public string? Partner(string mapping, Side side, string record) => side is Side.Crm
        ? _keyOf.GetValueOrDefault((mapping, record)) ?? Find(mapping, Side.Crm, record, Table.KeyIn(crm))?.Value
        : _pairs.GetValueOrDefault((mapping, record))?.Pair?.CrmId;

    /// <summary>The pair of a key as it is stored now.</summary>
    public Pair? Pair(string mapping, string key) => _pairs.GetValueOrDefault((mapping, key))?.Pair;

    /// <summary>Whether anything is agreed of a CRM field of a row, by the state.</summary>
    public bool IsAgreed(string mapping, string key, string field) => _pairs.GetValueOrDefault((mapping, key)) is { Pair: { } pair } stored
        && stored.Fields.Zip(pair.Bases).Any(f => f.First.Crm.Equals(field, StringComparison.OrdinalIgnoreCase) && f.Second is not null);

    /// <summary>Whether it is not known yet, by the state, what the CRM made of our last write to a field of a row.</summary>
    public bool IsUnseen(string mapping, string key, string field) => _pairs.GetValueOrDefault((mapping, key)) is { Pair: { } pair } stored
        && stored.Fields.Zip(pair.Bases).Any(f => f.First.Crm.Equals(field, StringComparison.OrdinalIgnoreCase) && f.Second is { Origin: BaseOrigin.Sent });

    /// <summary>When a row was last linked, linked anew or given up.</summary>
    public DateTimeOffset LinkedAt(string mapping, string key) => _linkedAt.GetValueOrDefault((mapping, key));

    /// <summary>Whether this exchange creates records by their key: what it meets there instead is not known to it.</summary>
    public bool IsUpsert(long exchange) => _upserts.Contains(exchange);

    /// <summary>When a write left; null for other requests.</summary>
    public DateTimeOffset? SentAt(long exchange) => _sent.TryGetValue(exchange, out var at) ? at : null;

    /// <summary>What became of a record last; null when it was never seen.</summary>
    public RecordChanged? Fate(string mapping, Side side, string record) => _fates.GetValueOrDefault((mapping, side, record));

    /// <summary>Whether a record is there.</summary>
    public bool IsThere(string mapping, Side side, string record) => Fate(mapping, side, record)?.Fate is Logs.Fate.Created or Logs.Fate.Returned;

    /// <summary>Whether a person ever decided what becomes of this row or record as a whole.</summary>
    public bool IsDecided(string mapping, params IEnumerable<string?> records) => Questions.Exists(q =>
        q.Mapping == mapping && q.Question is { Field: null, Resolution: not null }
        && records.Any(r => r is not null && (r == q.Question.Key || r == q.Question.CrmId)));

    /// <summary>The mapping under which a process works, or worked last.</summary>
    public Mapping? InHand(string process, string mapping) => _inHand.GetValueOrDefault((process, mapping));

    /// <summary>
    /// Whether automation that runs as the integration's own user edited the record: what people did there just before cannot be told from the
    /// CRM's own spelling of what we wrote (sync-engine.md §2, authorship is a hint only).
    /// </summary>
    public bool IsTouchedByOurUser(string mapping, string? record) => record is not null && _byOurUser.Contains((mapping, record));

    /// <summary>Whether automation that runs as the integration's own user wrote this value.</summary>
    public bool IsOfOurUser(string? value) => Lineage.Traces(value).Any(_ofOurUser.Contains);

    /// <summary>The mapping's line for a column or CRM field.</summary>
    public static FieldMapping? Line(Mapping? mapping, string field) =>
        mapping?.Fields.FirstOrDefault(f => f.Warehouse == field || f.Crm.Equals(field, StringComparison.OrdinalIgnoreCase));

    /// <summary>Takes in what happened; checkers have seen it already.</summary>
    public void Add(Happening happening)
    {
        switch (happening)
        {
            case FieldChanged changed:
                Add(changed);
                break;
            case Staged { By.IsEngine: false } staged:
                Written.UnionWith(Lineage.Traces(staged.Value));
                break;
            case Staged pulled:
                _landed.Add((Landing(pulled.Table), pulled.Record, pulled.Field, Lineage.Of(pulled.Value)));
                break;
            case RecordChanged changed when changed is not { Fate: Logs.Fate.Purged } || IsThere(changed.Mapping, changed.Side, changed.Record):
                // A record that is purged from the bin went when it was deleted.
                _fates[(changed.Mapping, changed.Side, changed.Record)] = changed;
                break;
            case Landed landed:
                _arrivals[landed.Exchange] = _arrivals.GetValueOrDefault(landed.Exchange) + 1;
                break;
            case Sent sent:
                _sent[sent.Exchange] = sent.At;
                _ = sent.Record is null && _upserts.Add(sent.Exchange);
                break;
            case PairStored stored:
                if (stored.Pair is { } pair && Pair(stored.Mapping, stored.Key) is var known && (known?.Epoch != pair.Epoch || known.State != pair.State))
                {
                    _linkedAt[(stored.Mapping, stored.Key)] = stored.At;
                }

                _pairs[(stored.Mapping, stored.Key)] = stored;
                if (stored.Pair?.CrmId is { } id)
                {
                    _keyOf[(stored.Mapping, id)] = stored.Key;
                    _idsOf.TryAdd((stored.Mapping, stored.Key), []);
                    _idsOf[(stored.Mapping, stored.Key)].Add(id);
                }

                break;
            case CycleBegan began:
                _inHand[(began.Process, began.Mapping.Name)] = began.Mapping;
                break;
            case IntentJournalled journalled:
                Journal[(journalled.Mapping, journalled.Intent.Id)] = journalled.Intent;
                break;
            case IntentClosed closed:
                Journal.Remove((closed.Mapping, closed.Intent.Id));
                break;
            case LossRecorded loss:
                Losses.Add(loss);
                break;
            case ChangeNoted change:
                Changes.Add(change);
                break;
            case QuestionChanged question:
                Questions.Add(question);
                Written.UnionWith(Lineage.Traces(question.Question.Resolution?.Value));
                break;
            case StateRestored restored:
                Restores.Add(restored);
                _pairs.Clear();
                Journal.Clear();
                break;
        }
    }

    private static string Landing(string table) => table[(table.IndexOf('.', StringComparison.Ordinal) + 1)..];

    private void Add(FieldChanged changed)
    {
        var place = (changed.Mapping, changed.Side, changed.Record, changed.Field);
        if (!_cells.TryGetValue(place, out var cell))
        {
            _cells[place] = cell = new Cell();
        }

        cell.Past.Add(changed);
        if (changed.By is { Kind: AuthorKind.Workflow, Name: nameof(Hand.OurUser) })
        {
            _byOurUser.Add((changed.Mapping, changed.Record));
            _ofOurUser.UnionWith(Lineage.Traces(changed.After));
        }

        if (!changed.By.IsEngine)
        {
            Written.UnionWith(Lineage.Traces(changed.After));
        }
    }
}

/// <summary>One field of one record over time.</summary>
public sealed class Cell
{
    /// <summary>Every change, oldest first; at least one.</summary>
    public List<FieldChanged> Past { get; } = [];

    /// <summary>What it holds.</summary>
    public string? Value => Past[^1].After;

    /// <summary>Who put that there, and when.</summary>
    public FieldChanged Last => Past[^1];

    /// <summary>Whether it ever held this value, however it was spelled.</summary>
    public bool EverHeld(string? value) => Past.Exists(p => Lineage.Same(p.After, value));
}
