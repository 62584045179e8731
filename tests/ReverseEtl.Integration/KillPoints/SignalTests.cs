using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Integration.KillPoints;

/// <summary>Killed or told to end from outside, while a CRM has a write and the answer is not there yet.</summary>
public sealed class SignalTests
{
    private static readonly Rehearsal Rehearsal = new(Story.TwoEdits);
    private static readonly Lazy<Task<Outcome>> Right = new(async () => (await Rehearsal.UnkilledAsync()).Right);

    [Fact]
    public async Task SIGKILL_after_a_write_took_effect_and_before_its_answer_loses_and_doubles_nothing()
    {
        await using var stage = await Rehearsal.PlayedAsync();
        RetlRun? run = null;
        OnFirstWrite(stage.Accounts, request => Answered(stage.Accounts, request, () => run!.Kill()));

        run = stage.Start();
        var ended = await run.EndAsync();

        Assert.Equal(Ended.Killed, ended.Exit);
        Assert.NotEmpty(stage.Accounts.Effects);
        Assert.Equal("", (await Rehearsal.EndAsync(stage)).Against(await Right.Value));
    }

    [Theory]
    [InlineData("salesforce")]
    [InlineData("hubspot")]
    public async Task Write_that_lands_after_the_restart_is_waited_for_and_taken_for_what_it_is(string crm)
    {
        await using var stage = await Rehearsal.PlayedAsync();
        var log = crm == "salesforce" ? stage.Accounts : stage.People;
        RetlRun? run = null;
        SandboxRequest? underWay = null;
        OnFirstWrite(log, request =>
        {
            underWay = request;
            run!.Kill();
            return SandboxResponse.Empty(503);
        });

        run = stage.Start();
        Assert.Equal(Ended.Killed, (await run.EndAsync()).Exit);
        await stage.SyncAsync();
        log.Carry(underWay!);

        Assert.Equal("", (await Rehearsal.EndAsync(stage)).Against(await Right.Value));
    }

    [Fact]
    public async Task SIGTERM_lets_what_is_sent_be_answered_and_settled()
    {
        await using var stage = await Rehearsal.PlayedAsync();
        RetlRun? run = null;
        OnFirstWrite(stage.Accounts, request => Answered(stage.Accounts, request, () => run!.Terminate()));

        run = stage.Start();
        var ended = await run.EndAsync();

        Assert.False(ended.Exit is Ended.Killed or Ended.Terminated, ended.Error);
        Assert.NotEmpty(stage.Accounts.Effects);
        Assert.Equal(0, await stage.OpenIntentsAsync());
        Assert.Equal("", (await Rehearsal.EndAsync(stage)).Against(await Right.Value));
    }

    private static void OnFirstWrite(EffectLog log, Func<SandboxRequest, SandboxResponse> act) => log.Between = request =>
    {
        if (!IsWrite(request))
        {
            return null;
        }

        log.Between = static _ => null;
        return act(request);
    };

    private static SandboxResponse Answered(EffectLog log, SandboxRequest request, Action before)
    {
        var answer = log.Carry(request);
        before();
        return answer;
    }

    private static bool IsWrite(SandboxRequest request) => request.Method is "PATCH" or "DELETE" || (request.Method == "POST"
        && (request.Path.EndsWith("/composite", StringComparison.Ordinal) || request.Path.EndsWith("/batch/update", StringComparison.Ordinal)));
}
