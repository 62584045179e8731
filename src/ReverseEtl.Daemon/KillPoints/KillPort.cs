using System.Collections.Concurrent;
using System.Reflection;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.Daemon.KillPoints;

/// <summary>
/// A port that passes a point before and after each of its calls, and at each item of a stream. Ports that it hands out do so too.
/// Public and open because its subclasses are made at run time.
/// </summary>
public class KillPort : DispatchProxy
{
    private static readonly ConcurrentDictionary<Type, MethodInfo> Generic = new();
    private object _target = null!;
    private Type _port = null!;
    private KillSwitch _kill = null!;

    /// <summary>Puts the switch around a port.</summary>
    internal static T Around<T>(T target, KillSwitch kill)
        where T : class => (T)(object)Around(typeof(T), target, kill);

    /// <inheritdoc />
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var method = targetMethod!;
        Func<object?> call = () => method.Invoke(_target, BindingFlags.DoNotWrapExceptions, null, args, null);
        var name = $"{_port.Name}.{method.Name}";
        var returned = method.ReturnType;
        return method.IsSpecialName ? Own(returned, call())
            : returned == typeof(Task) ? CallAsync(name, () => (Task)call()!)
            : returned == typeof(ValueTask) ? new ValueTask(CallAsync(name, () => ((ValueTask)call()!).AsTask()))
            : typeof(IAsyncDisposable).IsAssignableFrom(returned) ? Scan(name, call())
            : Generic.GetOrAdd(returned, Wrapper).Invoke(this, [name, call]);
    }

    private static KillPort Around(Type port, object target, KillSwitch kill)
    {
        var proxy = (KillPort)Create(port, typeof(KillPort));
        (proxy._target, proxy._port, proxy._kill) = (target, port, kill);
        return proxy;
    }

    private static MethodInfo Wrapper(Type returned)
    {
        var kind = returned.GetGenericTypeDefinition();
        var wrapper = kind == typeof(Task<>) ? nameof(AnswerAsync)
            : kind == typeof(IAsyncEnumerable<>) ? nameof(StreamAsync)
            : throw new NotSupportedException($"No kill point knows what {returned} is.");
        return typeof(KillPort).GetMethod(wrapper, BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(returned.GenericTypeArguments);
    }

    private async Task CallAsync(string name, Func<Task> call)
    {
        _kill.Pass($"before {name}");
        await call();
        _kill.Pass($"after {name}");
    }

    private async Task<T> AnswerAsync<T>(string name, Func<object?> call)
    {
        _kill.Pass($"before {name}");
        var answer = await (Task<T>)call()!;
        _kill.Pass($"after {name}");
        return (T)Own(typeof(T), answer)!;
    }

    private async IAsyncEnumerable<T> StreamAsync<T>(string name, Func<object?> call)
    {
        _kill.Pass($"before {name}");
        await foreach (var item in (IAsyncEnumerable<T>)call()!)
        {
            _kill.Pass($"in {name}");
            yield return item;
        }

        _kill.Pass($"after {name}");
    }

    private object? Scan(string name, object? scan) => scan switch
    {
        IDifferenceScan rows => new KillDifferenceScan(rows, name, _kill),
        IRowScan rows => new KillRowScan(rows, name, _kill),
        IKeyScan keys => new KillKeyScan(keys, name, _kill),
        IPrintScan prints => new KillPrintScan(prints, name, _kill),
        null => null,
        _ => throw new NotSupportedException($"No kill point knows what {scan.GetType()} is."),
    };

    private object? Own(Type type, object? value) =>
        value is not null && (type == typeof(IMappingState) || type == typeof(IStateReports)) ? Around(type, value, _kill) : value;
}
