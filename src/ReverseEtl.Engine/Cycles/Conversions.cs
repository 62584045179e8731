using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Follows conversions made in the CRM: a lead that became a contact. The planner ends the pair; this hands its key to the record that it
/// became, where <c>crm.converted_to</c> names one, so that the mapping of that object links the two by it and makes nothing again.
/// </summary>
internal sealed class Conversions(CycleContext context)
{
    private const string Rule = "crm.converted_to";

    /// <summary>If the pair's record was converted, gives the key on. A write whose answer is lost holds the pair until recovery has judged it.</summary>
    public async Task FollowAsync(Work work, CrmRecord? seen, CancellationToken cancellationToken)
    {
        if (seen is not { Presence: CrmPresence.Converted } || work.Pair.State is not PairState.Linked || context.InDoubt.Contains(work.Key)
            || context.Mapping.Crm.ConvertedTo is not { } heir || !seen.ConvertedTo.TryGetValue(heir.Object, out var id))
        {
            return;
        }

        var key = RecordKey.Display(work.Key);
        var read = new CrmRead(heir.Object, heir.Key, []);
        var found = (await context.Crm.ReadAsync(read, [id], cancellationToken)).GetValueOrDefault(id);
        if (found is { Presence: CrmPresence.Live } && found.Key == key)
        {
            return;
        }

        if (found is not { Presence: CrmPresence.Live, Key: null })
        {
            var why = found?.Key is { } other ? $"carries the key {other} already" : "is not there any more";
            work.Events.Add(("convert", $"{heir.Object} {id} {why}; the key was not given on"));
            return;
        }

        await GiveAsync(work, heir, found, key, cancellationToken);
    }

    private async Task GiveAsync(Work work, ConvertedTo heir, CrmRecord found, string key, CancellationToken cancellationToken)
    {
        var schema = await context.Crm.DescribeAsync(heir.Object, cancellationToken)
            ?? throw new PortException(PortTrouble.Refused, $"mapping '{context.Mapping.Name}': there is no object {heir.Object} to convert to, or it is not visible");
        var value = FieldValue.Of(key);
        var intent = new Intent(work.Key, found.Id, Side.Crm, RecordAction.Link, work.Pair.Epoch, [new IntentField(heir.Key, value, value, Rule)],
            found.Version, context.Run, context.Now, context.Now + context.Options.SendWithin);
        var journalled = (await context.State.PrepareAsync([intent], cancellationToken))[0];
        if (journalled == 0)
        {
            work.Held = "in_flight";
            return;
        }

        var write = new CrmWrite(CrmWriteKind.Update, "convert", found.Id, key, [])
        {
            IfVersion = context.Crm.Traits.Guard is EditGuard.Condition && !found.VersionIsOpen ? found.Version : null,
        };
        var result = (await context.Crm.WriteAsync(
            new CrmWriteBatch(heir.Object, heir.Key, schema, [write], intent.SendDeadline), CancellationToken.None))[0];
        if (result.Outcome is WriteOutcome.Unknown)
        {
            context.InDoubt.Add(work.Key);
            work.Held = "in_flight";
            return;
        }

        await context.State.SettleAsync(context.Settlement() with { ClosedIntents = [journalled] }, CancellationToken.None);
        if (result.Outcome is WriteOutcome.Moved)
        {
            // It is not given up for that: the next look at the pair tries again.
            work.Held = "moved while it was written";
            return;
        }

        work.Events.Add(("convert", result.Outcome is WriteOutcome.Confirmed
            ? $"{heir.Object} {found.Id} carries the key from now on"
            : $"{heir.Object} {found.Id} refused the key: {result.Error?.Message}"));
    }
}
