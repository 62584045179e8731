using ReverseEtl.Core.Values;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>The cells of one row of an answer, whatever it came in.</summary>
internal interface IRowCells
{
    /// <summary>The text of a column of the object itself; null when it is empty or not there.</summary>
    string? Text(string name);

    /// <summary>The neutral value at the end of a path; not observed when the answer does not have it.</summary>
    FieldValue Value(IReadOnlyList<string> path, FieldType type);
}
