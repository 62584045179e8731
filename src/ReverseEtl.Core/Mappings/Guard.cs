using System.Globalization;

namespace ReverseEtl.Core.Mappings;

/// <summary>A cap, as a number of records or a share of the linked pairs.</summary>
/// <param name="Value">Records, or percent.</param>
/// <param name="IsPercent">Which of the two.</param>
public readonly record struct Cap(decimal Value, bool IsPercent)
{
    /// <summary>The most records this allows among so many pairs; a share allows at least one.</summary>
    public long Allows(long pairs) => IsPercent ? Math.Max(1, (long)(pairs * Value / 100)) : (long)Value;

    /// <summary>Reads <c>50</c> or <c>20%</c>.</summary>
    public static bool TryParse(string text, out Cap cap)
    {
        var percent = text.TrimEnd().EndsWith('%');
        var number = percent ? text.TrimEnd()[..^1] : text;
        var good = decimal.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value)
            && (!percent || value <= 100) && (percent || value == decimal.Truncate(value));
        cap = new Cap(value, percent);
        return good;
    }

    /// <inheritdoc />
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture) + (IsPercent ? "%" : "");
}

/// <summary>How much one cycle may change before a person must approve.</summary>
/// <remarks>The first load of a mapping is not a change and passes.</remarks>
public sealed record Guard
{
    /// <summary>Records created, updated or deleted on either side; null for no cap.</summary>
    public Cap? MaxChanges { get; init; }

    /// <summary>Records deleted or archived on either side. The default is half of the pairs.</summary>
    public Cap MaxDeletes { get; init; } = new(50, IsPercent: true);
}
