using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>Fields that the platform fills in itself when a record is saved.</summary>
internal sealed class DerivedFields(Org org)
{
    /// <summary>The standard sales process: stage, probability, forecast category and its label.</summary>
    private static readonly Dictionary<string, (int Probability, string Category, string Label)> Stages = new()
    {
        ["Prospecting"] = (10, "Pipeline", "Pipeline"),
        ["Qualification"] = (10, "Pipeline", "Pipeline"),
        ["Needs Analysis"] = (20, "Pipeline", "Pipeline"),
        ["Value Proposition"] = (50, "Pipeline", "Pipeline"),
        ["Id. Decision Makers"] = (60, "Pipeline", "Pipeline"),
        ["Perception Analysis"] = (70, "Pipeline", "Pipeline"),
        ["Proposal/Price Quote"] = (75, "Pipeline", "Pipeline"),
        ["Negotiation/Review"] = (90, "Pipeline", "Pipeline"),
        ["Closed Won"] = (100, "Closed", "Closed"),
        ["Closed Lost"] = (0, "Omitted", "Omitted"),
    };

    private long _cases;

    /// <param name="type">The object.</param>
    /// <param name="before">The values before this save; null for a new record.</param>
    /// <param name="values">The values to be saved, changed in place.</param>
    public void Fill(ObjectType type, object?[]? before, object?[] values)
    {
        switch (type.Name)
        {
            case "Opportunity":
                Opportunity(type, before, values);
                break;
            case "Case":
                Case(type, before, values);
                break;
        }
    }

    private static void Opportunity(ObjectType type, object?[]? before, object?[] values)
    {
        var stageName = values[type["StageName"].Ordinal] as string ?? "";
        var stage = Stages.GetValueOrDefault(stageName, (10, "Pipeline", "Pipeline"));
        var probability = type["Probability"].Ordinal;
        if (before is null ? values[probability] is null : !Equals(before[type["StageName"].Ordinal], stageName))
        {
            values[probability] = (decimal)stage.Item1;
        }

        values[type["ForecastCategory"].Ordinal] = stage.Item2;
        values[type["ForecastCategoryName"].Ordinal] = stage.Item3;
        values[type["IsClosed"].Ordinal] = stageName.StartsWith("Closed", StringComparison.Ordinal);
        values[type["IsWon"].Ordinal] = stageName == "Closed Won";
        values[type["ExpectedRevenue"].Ordinal] = values[type["Amount"].Ordinal] is decimal amount && values[probability] is decimal chance
            ? decimal.Round(amount * chance / 100, 2)
            : null;
        if (values[type["CloseDate"].Ordinal] is DateOnly close)
        {
            var quarter = ((close.Month - 1) / 3) + 1;
            values[type["FiscalQuarter"].Ordinal] = (decimal)quarter;
            values[type["FiscalYear"].Ordinal] = (decimal)close.Year;
            values[type["Fiscal"].Ordinal] = $"{close.Year} {quarter}";
        }
    }

    private void Case(ObjectType type, object?[]? before, object?[] values)
    {
        if (before is null)
        {
            values[type["CaseNumber"].Ordinal] = $"{++_cases + 1000:00000000}";
        }

        var closed = values[type["Status"].Ordinal] is "Closed";
        values[type["IsClosed"].Ordinal] = closed;
        var closedDate = type["ClosedDate"].Ordinal;
        values[closedDate] = closed ? values[closedDate] ?? org.Now : null;
    }
}
