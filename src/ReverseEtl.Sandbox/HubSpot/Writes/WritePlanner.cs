namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Checks a whole write of one record: its values, unique values, required properties, admin rules.</summary>
internal sealed class WritePlanner(HubSpotWorld world)
{
    private readonly ValueRules _rules = new(world);

    /// <summary>The plan, or why the write is refused; exactly one of the two.</summary>
    public (WritePlan? Plan, Failure? Failure) Plan(
        ObjectModel model,
        CrmRecord? target,
        IReadOnlyDictionary<string, string> sent,
        WriteContext context,
        BatchClaims? claims = null)
    {
        var errors = new List<PropertyError>();
        var warnings = new List<NormalisedValue>();
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, raw) in sent)
        {
            if (model.Properties.Find(name) is not { } property)
            {
                errors.Add(PropertyError.Unknown(name));
                continue;
            }

            var value = _rules.Check(model, property, raw, target?.State, context);
            if (value.Error is not null)
            {
                errors.Add(value.Error);
            }
            else if (!value.Ignored)
            {
                values[name] = value.Value;
                if (value.Normalised)
                {
                    warnings.Add(new NormalisedValue(name, raw, value.Value));
                }
            }
        }

        errors.AddRange(Required(model, target, sent, context));
        var row = target ?? new object();
        errors.AddRange(Conflicts(model, target, values, claims, row));
        if (errors.Count > 0)
        {
            var isConflict = errors.TrueForAll(e => e.Code == PropertyError.ConflictCode);
            var status = isConflict ? world.Switches.UniqueConflictStatus : 400;
            return (null, Failure.Invalid(errors, world.Options.PortalId) with { Status = status });
        }

        return EmailConflict(model, target, values, claims, row) is { } conflict
            ? (null, conflict)
            : (new WritePlan(target, values, warnings, [.. sent.Keys]), null);
    }

    /// <summary>Why the record's identities cannot come back out of the recycle bin, or null.</summary>
    public Failure? RestoreConflict(ObjectModel model, CrmRecord record)
    {
        var values = record.State.Values.ToDictionary(v => v.Key, v => v.Value.Value);
        var taken = Conflicts(model, record, values, null, record).FirstOrDefault();
        return taken is not null
            ? Failure.Invalid([taken], world.Options.PortalId)
            : EmailConflict(model, record, values, null, record);
    }

    private static IEnumerable<PropertyError> Required(
        ObjectModel model, CrmRecord? target, IReadOnlyDictionary<string, string> sent, WriteContext context)
    {
        if (!context.IsApi)
        {
            yield break;
        }

        bool Given(string name) => !string.IsNullOrWhiteSpace(sent.GetValueOrDefault(name));
        if (target is null)
        {
            foreach (var group in model.Required.Where(g => !g.Any(Given)))
            {
                yield return PropertyError.Missing(group[0]);
            }
        }

        if (context.Version is not { EnforcesAdminRules: true })
        {
            yield break;
        }

        foreach (var rule in model.Rules)
        {
            if (rule.Kind == AdminRuleKind.RequiredOnCreate && target is null && !Given(rule.Property))
            {
                yield return PropertyError.Missing(rule.Property);
            }
            else if (rule.Kind == AdminRuleKind.RequiredWhen && Violates(rule, target, sent))
            {
                yield return new PropertyError(
                    rule.Property,
                    "MISSING_CONDITIONAL_REQUIRED_PROPERTY",
                    $"{rule.Property} is required because of a conditional property rule based on [{rule.Other}]");
            }
        }
    }

    /// <summary>Only writes that touch one of the two properties are held to the rule.</summary>
    private static bool Violates(AdminRule rule, CrmRecord? target, IReadOnlyDictionary<string, string> sent)
    {
        string? After(string name) => sent.TryGetValue(name, out var value) ? value : target?.State.Value(name);
        return (sent.ContainsKey(rule.Property) || sent.ContainsKey(rule.Other!))
            && After(rule.Other!) == rule.Value && string.IsNullOrEmpty(After(rule.Property));
    }

    private static IEnumerable<PropertyError> Conflicts(
        ObjectModel model, CrmRecord? target, Dictionary<string, string> values, BatchClaims? claims, object row)
    {
        foreach (var (name, value) in values)
        {
            if (value.Length == 0 || !model.Properties.IsUnique(name) || model.Records.IsEmail(name))
            {
                continue;
            }

            var owner = model.Records.OwnerOf(name, value);
            if ((owner is not null && owner != target) || claims?.TryTake(name, value, row) == false)
            {
                yield return Taken(model, target, name, value, owner);
            }
        }
    }

    private static PropertyError Taken(ObjectModel model, CrmRecord? target, string name, string value, CrmRecord? owner) => new(
        name,
        PropertyError.ConflictCode,
        $"Cannot set {name}={value} on {model.Type.Singular} {target?.IdText ?? "(new)"}. "
        + $"{owner?.IdText ?? "Another record"} already has that value.");

    private Failure? EmailConflict(
        ObjectModel model, CrmRecord? target, Dictionary<string, string> values, BatchClaims? claims, object row)
    {
        if (!model.Type.HasEmailIdentity)
        {
            return null;
        }

        foreach (var email in RecordStore.EmailsOf(values.GetValueOrDefault("email"), values.GetValueOrDefault("hs_additional_emails")))
        {
            var owner = model.Records.OwnerOfEmail(email);
            var free = owner is null || owner == target;
            if (!free || claims?.TryTake("email", email, row) == false)
            {
                return EmailTaken(model, target, email, free ? null : owner);
            }
        }

        return null;
    }

    private Failure EmailTaken(ObjectModel model, CrmRecord? target, string email, CrmRecord? owner)
    {
        if (target is not null && world.Switches.EmailConflictOnUpdateStatus == 400)
        {
            return Failure.Invalid([Taken(model, target, "email", email, owner)], world.Options.PortalId);
        }

        return new Failure(409, "CONFLICT", $"Contact already exists.{(owner is null ? "" : $" Existing ID: {owner.IdText}")}")
        {
            ExistingId = owner?.IdText,
        };
    }
}
