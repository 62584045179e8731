using System.Reflection;

namespace ReverseEtl.Simulation.Interception;

/// <summary>
/// Stands before a port and passes everything on, except the calls that somebody wants to watch or to bend. Watching and seeded bugs are
/// kept out of production code that way, and a port that grows needs nothing here.
/// </summary>
/// <typeparam name="T">The port.</typeparam>
public class Around<T> : DispatchProxy
    where T : class
{
    private T _inner = null!;
    private Func<Call, object?>? _how;

    /// <summary>A port before <paramref name="inner"/>.</summary>
    /// <param name="inner">What calls go to.</param>
    /// <param name="how">What becomes of a call; usually <see cref="Call.Proceed"/> with something before or after.</param>
    public static T Of(T inner, Func<Call, object?> how)
    {
        var port = Create<T, Around<T>>();
        var around = (Around<T>)(object)port;
        (around._inner, around._how) = (inner, how);
        return port;
    }

    /// <inheritdoc />
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _how!(new Call(_inner, targetMethod!, args ?? []));
}

/// <summary>One call of a port on its way.</summary>
/// <param name="Target">Where it goes.</param>
/// <param name="Method">Which member.</param>
/// <param name="Arguments">May be exchanged before the call proceeds.</param>
public sealed record Call(object Target, MethodInfo Method, object?[] Arguments)
{
    /// <summary>The member's name.</summary>
    public string Name => Method.Name;

    /// <summary>An argument.</summary>
    public TArgument Argument<TArgument>(int at) => (TArgument)Arguments[at]!;

    /// <summary>Lets it through; failures come out as they were thrown.</summary>
    public object? Proceed() => Method.Invoke(Target, BindingFlags.DoNotWrapExceptions, null, Arguments, null);

    /// <summary>Lets it through and puts another answer in the place of its own.</summary>
    public async Task<TResult> Then<TResult>(Func<TResult, TResult> change) => change(await (Task<TResult>)Proceed()!);

    /// <summary>Lets it through and looks at the answer.</summary>
    public Task<TResult> Then<TResult>(Action<TResult> look) => Then<TResult>(result =>
    {
        look(result);
        return result;
    });
}
