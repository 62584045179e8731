using System.Globalization;

namespace ReverseEtl.Crms.Http;

/// <summary>A share of an account's daily requests: a number of requests, or a percentage of the account's limit.</summary>
public readonly record struct DailyBudget
{
    private readonly decimal _amount;
    private readonly bool _isPercent;

    private DailyBudget(decimal amount, bool isPercent)
    {
        _amount = amount;
        _isPercent = isPercent;
    }

    /// <summary>The whole limit.</summary>
    public static DailyBudget All { get; } = new(100, true);

    /// <summary>Reads <c>40%</c> or <c>50000</c>.</summary>
    /// <exception cref="FormatException">It is neither, or a percentage above 100, or not above zero.</exception>
    public static DailyBudget Parse(string text)
    {
        var plain = text.Trim();
        var isPercent = plain.EndsWith('%');
        var digits = isPercent ? plain[..^1].TrimEnd() : plain;
        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            || amount <= 0 || (isPercent && amount > 100))
        {
            throw new FormatException($"'{text}' is no daily budget: write a number of requests such as 50000, or a percentage such as 40%.");
        }

        return new DailyBudget(amount, isPercent);
    }

    /// <summary>The budget in requests; null while it depends on an account limit that is not known yet.</summary>
    public long? Requests(long? accountLimit)
    {
        if (!_isPercent)
        {
            return (long)_amount;
        }

        return accountLimit is { } limit ? (long)(limit * _amount / 100) : null;
    }
}
