namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>What an administrator changes about a field; what is null stays as it is.</summary>
public sealed record FieldChange
{
    /// <summary>The new API name; the old one is then unknown.</summary>
    public string? Name { get; init; }

    /// <summary>The new label.</summary>
    public string? Label { get; init; }

    /// <summary>The new describe type, as in <see cref="FieldSpec.Type"/>; stored values that do not fit it become null.</summary>
    public string? Type { get; init; }

    /// <summary>The new length in characters; longer values stay.</summary>
    public int? Length { get; init; }

    /// <summary>All digits of a number.</summary>
    public int? Precision { get; init; }

    /// <summary>Digits after the point.</summary>
    public int? Scale { get; init; }

    /// <summary>The new active values of a pick-list; records keep values that are gone.</summary>
    public IReadOnlyList<string>? Picklist { get; init; }

    /// <summary>Whether a pick-list refuses other values.</summary>
    public bool? Restricted { get; init; }

    /// <summary>False makes the field required.</summary>
    public bool? Nillable { get; init; }

    /// <summary>Whether the integration user may set it on new records.</summary>
    public bool? Createable { get; init; }

    /// <summary>Whether the integration user may change it.</summary>
    public bool? Updateable { get; init; }
}
