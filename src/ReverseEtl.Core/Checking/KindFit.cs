using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Checking;

/// <summary>Whether values of one kind can be held by a field of another.</summary>
public enum Fit
{
    /// <summary>Every value can.</summary>
    Always,

    /// <summary>Some values may be refused or lose their detail.</summary>
    Sometimes,

    /// <summary>No value can.</summary>
    Never,
}

/// <summary>Judges kinds. Single values are judged later, by <see cref="FieldType.Refuse"/>.</summary>
public static class KindFit
{
    /// <summary>Whether a field of kind <paramref name="to"/> can hold values of kind <paramref name="from"/>.</summary>
    public static Fit Judge(FieldKind from, FieldKind to) => to switch
    {
        _ when from == to => Fit.Always,
        FieldKind.Text => Fit.Always,
        FieldKind.Picklist => from is FieldKind.MultiPicklist ? Fit.Sometimes : Fit.Always,
        FieldKind.MultiPicklist => Fit.Always,
        FieldKind.Email or FieldKind.Reference => IsText(from) ? Fit.Always : Fit.Never,
        FieldKind.Integer => from is FieldKind.Decimal || IsText(from) ? Fit.Sometimes : Fit.Never,
        FieldKind.Decimal => from is FieldKind.Integer ? Fit.Always : IsText(from) ? Fit.Sometimes : Fit.Never,
        FieldKind.Boolean => from is FieldKind.Integer || IsText(from) ? Fit.Sometimes : Fit.Never,
        FieldKind.Date => from is FieldKind.Timestamp || IsText(from) ? Fit.Sometimes : Fit.Never,
        FieldKind.Timestamp => from is FieldKind.Date ? Fit.Always : IsText(from) ? Fit.Sometimes : Fit.Never,
        _ => Fit.Sometimes,
    };

    /// <summary>Whether values of this kind have an order in which one is the larger.</summary>
    public static bool IsOrdered(FieldKind kind) =>
        kind is FieldKind.Integer or FieldKind.Decimal or FieldKind.Date or FieldKind.Timestamp;

    /// <summary>The kind as a person calls it.</summary>
    public static string Word(FieldKind kind) => kind switch
    {
        FieldKind.Email => "an e-mail address",
        FieldKind.Integer => "a whole number",
        FieldKind.Decimal => "a number",
        FieldKind.Boolean => "true or false",
        FieldKind.Date => "a date",
        FieldKind.Timestamp => "a point in time",
        FieldKind.Picklist => "a pick-list",
        FieldKind.MultiPicklist => "a multi-pick-list",
        FieldKind.Reference => "a reference",
        _ => "text",
    };

    private static bool IsText(FieldKind kind) => kind is FieldKind.Text or FieldKind.Picklist;
}
