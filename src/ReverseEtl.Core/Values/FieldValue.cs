namespace ReverseEtl.Core.Values;

/// <summary>What is known about a field on one side.</summary>
public enum ValueState : byte
{
    /// <summary>The field was not readable (no permission, not selected). It tells nothing: neither values nor base may move.</summary>
    NotObserved,

    /// <summary>The side was not read in this cycle; what was seen last still stands.</summary>
    Unmoved,

    /// <summary>There is no record to hold the field.</summary>
    Absent,

    /// <summary>The field is there and empty.</summary>
    Null,

    /// <summary>The field is there and has a value.</summary>
    Value,
}

/// <summary>
/// The value of one field on one side, as neutral text: numbers and dates in invariant form, instants in UTC, lists joined by
/// <c>;</c>. The raw spelling is kept, because raw values are what is written; comparison goes through <see cref="FieldType.Canon"/>.
/// </summary>
/// <remarks><c>default</c> is <see cref="NotObserved"/>: forgetting to set a value can never look like clearing it.</remarks>
public readonly record struct FieldValue
{
    private FieldValue(ValueState state, string? text)
    {
        State = state;
        Text = text;
    }

    /// <summary>Nothing was seen.</summary>
    public static FieldValue NotObserved => default;

    /// <summary>Not read now; the last observation stands.</summary>
    public static FieldValue Unmoved { get; } = new(ValueState.Unmoved, null);

    /// <summary>There is no record.</summary>
    public static FieldValue Absent { get; } = new(ValueState.Absent, null);

    /// <summary>The field is empty.</summary>
    public static FieldValue Null { get; } = new(ValueState.Null, null);

    /// <summary>What is known.</summary>
    public ValueState State { get; }

    /// <summary>The text; null unless <see cref="State"/> is <see cref="ValueState.Value"/>.</summary>
    public string? Text { get; }

    /// <summary>Whether the field was seen, empty or not.</summary>
    public bool IsSeen => State is ValueState.Null or ValueState.Value;

    /// <summary>Whether the field was seen and is empty.</summary>
    public bool IsNull => State is ValueState.Null;

    /// <summary>A value, or <see cref="Null"/> for null.</summary>
    public static FieldValue Of(string? text) => text is null ? Null : new(ValueState.Value, text);

    /// <summary>The value in a state; the text is null in all but <see cref="ValueState.Value"/>.</summary>
    internal static FieldValue In(ValueState state, string? text) => new(state, text);

    /// <inheritdoc />
    public override string ToString() => State is ValueState.Value ? Text! : $"<{State}>";
}
