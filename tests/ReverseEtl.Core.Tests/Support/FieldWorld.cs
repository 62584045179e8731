using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Support;

/// <summary>
/// One field of one pair in a world where every write succeeds: two sides with their own spelling, the base, the open question. It is
/// the least that the shell must do with a decision, and so the contract between the two.
/// </summary>
internal sealed class FieldWorld(FieldRule rule, FieldView start)
{
    private FieldView _view = start;

    public FieldRule Rule { get; } = rule;

    public FieldView View => _view;

    public Normaliser WarehouseSpells { get; init; } = Normaliser.Identity;

    public Normaliser CrmSpells { get; init; } = Normaliser.Identity;

    /// <summary>Whether the answer to a CRM write tells what was stored.</summary>
    public bool TellsStored { get; init; } = true;

    /// <summary>A shell that takes what it sent for what was stored: the mistake that receipts exist for.</summary>
    public bool BelievesWhatItSent { get; init; }

    /// <summary>How many turns are allowed; null for a world that does not count.</summary>
    public int? TurnLimit { get; init; }

    /// <summary>The time, for turns.</summary>
    public DateTimeOffset Now { get; set; } = Make.Noon;

    /// <summary>Decisions that wrote something.</summary>
    public int Writes { get; private set; }

    public FieldValue Landing { get; private set; }

    public FieldDecision Plan() => FieldPlanner.Plan(
        Rule, TurnLimit is { } limit ? _view with { IsSpent = _view.Base?.Turns is { } turns && turns.IsSpent(limit, Make.Within, Now) } : _view);

    /// <summary>Plans and applies until a plan changes nothing; false when that does not come.</summary>
    public bool Settles(int rounds, Action<FieldView, FieldDecision>? watch = null)
    {
        for (var i = 0; i < rounds; i++)
        {
            var decision = Plan();
            watch?.Invoke(_view, decision);
            if (decision.Step is FieldStep.None or FieldStep.AwaitEcho && decision.Closes is null)
            {
                return true;
            }

            Apply(decision);
        }

        return false;
    }

    public void Apply(FieldDecision decision)
    {
        var turns = decision is { Step: FieldStep.Adopt, Origin: not BaseOrigin.Resolved } ? _view.Base?.Turns?.Kept(Rule) : Turns.After(Rule, _view, decision, Make.Within, Now);
        if (decision.Closes is not null)
        {
            _view = _view with { Question = null };
        }

        switch (decision.Step)
        {
            case FieldStep.Adopt:
                Agree(_view.Warehouse, _view.Crm, decision.Origin);
                break;
            case FieldStep.Push:
                Writes++;
                Push(_view.Warehouse, decision.Value);
                break;
            case FieldStep.Pull:
                Writes++;
                Pull(decision.Value);
                break;
            case FieldStep.WriteBoth:
                Writes++;
                Push(decision.Value, decision.Value);
                Pull(decision.Value);
                break;
            case FieldStep.Ask:
                _view = _view with { Question = new OpenQuestion(decision.Question, _view.Warehouse, _view.Crm, null) };
                break;
            default:
                Assert.Equal(FieldStep.None, decision.Step);
                return;
        }

        if (_view.Base is { } agreed && decision.Step is not FieldStep.Ask)
        {
            _view = _view with { Base = agreed with { Turns = turns } };
        }
    }

    public void Answer(Resolution answer) => _view = _view with { Question = _view.Question! with { Answer = answer } };

    public void WarehouseEdits(FieldValue value) => _view = _view with { Warehouse = value, WarehouseAsCrm = value };

    public void CrmEdits(FieldValue value) => _view = _view with { Crm = value, CrmAsWarehouse = value, LastChangedByUs = false };

    /// <summary>The model is built: it shows what was landed.</summary>
    public void Echo() => WarehouseEdits(WarehouseSpells.Store(Landing));

    private void Push(FieldValue source, FieldValue sent)
    {
        CrmEdits(CrmSpells.Store(sent));
        _view = _view with { LastChangedByUs = true };
        var seen = TellsStored && !BelievesWhatItSent;
        Agree(source, seen ? _view.Crm : sent, TellsStored ? BaseOrigin.Receipt : BaseOrigin.Sent);
    }

    private void Pull(FieldValue value)
    {
        var origin = _view.Base?.Origin ?? BaseOrigin.Adopted;
        if (Rule.Lands)
        {
            Landing = value;
            var crm = _view.Base?.Crm ?? Rule.CrmHalf(_view.Crm);
            _view = _view with { Base = new FieldBase(Rule.WarehouseHalf(_view.Warehouse), crm, origin) { Landed = Rule.CrmHalf(_view.Crm) } };
            return;
        }

        // A value written on both sides keeps the CRM half, and its doubt, that the push left.
        var both = _view.Base is { Origin: BaseOrigin.Sent } sent && _view.LastChangedByUs ? sent : (FieldBase?)null;
        WarehouseEdits(WarehouseSpells.Store(value));
        Agree(_view.Warehouse, _view.Crm, BaseOrigin.Receipt);
        if (both is { } kept)
        {
            _view = _view with { Base = kept with { Warehouse = Rule.WarehouseHalf(_view.Warehouse) } };
        }
    }

    private void Agree(FieldValue warehouse, FieldValue crm, BaseOrigin origin) =>
        _view = _view with { Base = new FieldBase(Rule.WarehouseHalf(warehouse), Rule.CrmHalf(crm), origin) };
}
