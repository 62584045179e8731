using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Twins;

/// <summary>
/// The engine does the same over the models of the simulation as over a real Postgres: people do the same at random in two worlds, and after
/// every cycle everything that can be seen is the same. What the simulation proves therefore holds for Postgres.
/// </summary>
public sealed class TwinTests
{
    private const int Steps = 40;
    private static readonly string[] Columns = ["phone", "job_title", "last_name"];
    private static readonly string?[] Texts = ["a", "b", "c", null];

    private static readonly ResolutionChoice[] Answers = [ResolutionChoice.Warehouse, ResolutionChoice.Crm, ResolutionChoice.Ignore];

    public static TheoryData<string, int> Seeds
    {
        get
        {
            var seeds = new TheoryData<string, int>();
            for (var seed = 1; seed <= 4; seed++)
            {
                seeds.Add(People.HubSpot, seed);
                seeds.Add(People.Salesforce, seed);
            }

            return seeds;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Engine_does_the_same_over_the_models_as_over_Postgres(string crm, int seed)
    {
        var random = new Random(seed);
        var mapping = Draw(new People(crm), random);
        await using var real = await Twin.OverPostgresAsync(crm);
        await using var model = await Twin.OverMemoryAsync(crm);
        var keys = new List<string>();
        for (var step = 0; step < Steps; step++)
        {
            var request = new CycleRequest("twin") { FullWarehouse = random.Next(2) == 0, FullCrm = random.Next(5) == 0, Pull = random.Next(5) > 0, Push = random.Next(5) > 0, Approved = true };
            var act = Act(random, keys);
            await act(real);
            await act(model);
            Assert.Equal(await real.SyncAsync(mapping, request), await model.SyncAsync(mapping, request));
            Assert.Equal(await real.LookAsync(mapping, keys), await model.LookAsync(mapping, keys));
        }
    }

    private static Mapping Draw(People people, Random random) => people.With(
        people.Field("last_name", FieldOwner.Warehouse, drift: (DriftRule)random.Next(3)),
        people.Field("phone", FieldOwner.Shared, (ConflictPolicy)random.Next(3)),
        people.Field("job_title", random.Next(2) == 0 ? FieldOwner.Shared : FieldOwner.Crm)) with
    {
        Records = new RecordRules
        {
            NewInWarehouse = NewRecord.Create,
            NewInCrm = (NewRecord)random.Next(3),
            GoneFromWarehouse = (GoneFromWarehouse)random.Next(4),
            GoneFromCrm = (GoneFromCrm)random.Next(4),
        },
    };

    // What is drawn is drawn once, and done in both worlds.
    private static Func<Twin, Task> Act(Random random, List<string> keys)
    {
        var (n, m, column, text) = (random.Next(100), random.Next(100), Columns[random.Next(Columns.Length)], Texts[random.Next(Texts.Length)]);
        var filled = column == "last_name" ? text ?? "d" : text;
        switch (keys.Count < 3 ? 0 : random.Next(13))
        {
            case 0 or 1:
                var key = $"P{keys.Count + 1}";
                keys.Add(key);
                return twin => twin.Rows.AddAsync(key, $"{key}@example.org", "Last");
            case 2 or 3 or 4:
                return twin => twin.Rows.SetAsync(keys[n % keys.Count], column, filled);
            case 5:
                return twin => twin.Rows.RemoveAsync(keys[n % keys.Count]);
            case 6 or 7 or 8:
                return Now(twin => twin.Edit(n, column, filled));
            case 9:
                return Now(twin => twin.Type($"{(n % 2 == 0 ? $"P{m % 9}" : $"x{m}")}@example.org", "Typed"));
            case 10:
                return n % 2 == 0 ? Now(twin => twin.Delete(m)) : Now(twin => twin.Merge(n, m));
            case 11:
                return twin => twin.AnswerAsync(n, Answers[m % Answers.Length]);
            default:
                return twin => twin.RetryAsync();
        }
    }

    private static Func<Twin, Task> Now(Action<Twin> act) => twin =>
    {
        act(twin);
        return Task.CompletedTask;
    };
}
