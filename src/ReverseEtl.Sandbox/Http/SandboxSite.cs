using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ReverseEtl.Sandbox.Http;

/// <summary>A simulated CRM with its faults and counters, ready for any transport. Safe for concurrent use.</summary>
/// <remarks>
/// Admin paths handled here: <c>GET /_sandbox/counters</c> (requests by verb and first path parts), <c>POST /_sandbox/faults</c>
/// (one <see cref="Fault"/> as JSON), <c>DELETE /_sandbox/faults</c>. All others go to the model.
/// </remarks>
public sealed class SandboxSite(ISandboxCrm crm)
{
    private const string AdminPrefix = "/_sandbox/";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly Lock _gate = new();
    private readonly List<PendingFault> _faults = [];
    private readonly SortedDictionary<string, int> _counters = new(StringComparer.Ordinal);

    /// <summary>The model behind the site.</summary>
    public ISandboxCrm Crm { get; } = crm;

    /// <summary>Requests so far by <c>VERB path</c>, admin calls left out; ids and values in paths are kept out by cutting after four parts.</summary>
    public IReadOnlyDictionary<string, int> Counters
    {
        get
        {
            lock (_gate)
            {
                return new SortedDictionary<string, int>(_counters, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>Adds a fault behind those already waiting.</summary>
    public void Inject(Fault fault)
    {
        lock (_gate)
        {
            _faults.Add(new PendingFault(fault));
        }
    }

    /// <summary>Answers one request: admin, faults, then the model.</summary>
    public SandboxResponse Handle(SandboxRequest request)
    {
        lock (_gate)
        {
            return request.Path.StartsWith(AdminPrefix, StringComparison.Ordinal)
                ? Admin(request, request.Path[AdminPrefix.Length..])
                : Serve(request);
        }
    }

    private SandboxResponse Serve(SandboxRequest request)
    {
        var key = $"{request.Method} /{string.Join('/', request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries).Take(5))}";
        _counters[key] = _counters.GetValueOrDefault(key) + 1;
        var fault = TakeFault(request);
        return fault?.Kind switch
        {
            null => Crm.Handle(request),
            FaultKind.Answer => Answer(fault),
            FaultKind.ResetBefore => SandboxResponse.Empty(0) with { Delivery = Delivery.ConnectionReset },
            FaultKind.ResetAfter => Crm.Handle(request) with { Delivery = Delivery.ConnectionReset },
            FaultKind.SilenceAfter => Crm.Handle(request) with { Delivery = Delivery.NeverAnswered },
            FaultKind.Slow => Crm.Handle(request) with { Delay = TimeSpan.FromMilliseconds(fault.DelayMs) },
            FaultKind.Truncate => Truncate(Crm.Handle(request)),
            _ => throw new InvalidOperationException($"Unknown fault {fault.Kind}."),
        };
    }

    private SandboxResponse Admin(SandboxRequest request, string path)
    {
        switch (request.Method, path)
        {
            case ("GET", "counters"):
                return SandboxResponse.Json(200, JsonSerializer.SerializeToNode(_counters, Json));
            case ("DELETE", "counters"):
                _counters.Clear();
                return SandboxResponse.Empty(204);
            case ("POST", "faults"):
                try
                {
                    _faults.Add(new PendingFault(JsonSerializer.Deserialize<Fault>(request.Text, Json)
                        ?? throw new JsonException("A fault is an object.")));
                    return SandboxResponse.Empty(204);
                }
                catch (JsonException e)
                {
                    return SandboxResponse.Json(400, new JsonObject { ["error"] = e.Message });
                }

            case ("DELETE", "faults"):
                _faults.Clear();
                return SandboxResponse.Empty(204);
            default:
                return Crm.Admin(request, path);
        }
    }

    private Fault? TakeFault(SandboxRequest request)
    {
        foreach (var pending in _faults)
        {
            if (pending.Matches(request) && pending.Hit())
            {
                if (pending.Spent)
                {
                    _faults.Remove(pending);
                }

                return pending.Fault;
            }
        }

        return null;
    }

    private static SandboxResponse Answer(Fault fault)
    {
        var answer = SandboxResponse.Content(fault.Status, fault.ContentType, fault.Body);
        foreach (var (name, value) in fault.Headers ?? new Dictionary<string, string>())
        {
            answer = answer.With(name, value);
        }

        return answer;
    }

    private static SandboxResponse Truncate(SandboxResponse whole) => whole with { Body = whole.Body[..(whole.Body.Length / 2)] };

    private sealed class PendingFault(Fault fault)
    {
        private int _skip = fault.Skip;
        private int _times = fault.Times;

        public Fault Fault => fault;

        public bool Spent => _times <= 0;

        public bool Matches(SandboxRequest request) =>
            (fault.Method is null || fault.Method.Equals(request.Method, StringComparison.OrdinalIgnoreCase))
            && (fault.PathContains is null || request.Target.Contains(fault.PathContains, StringComparison.Ordinal));

        public bool Hit()
        {
            if (_skip > 0)
            {
                _skip--;
                return false;
            }

            _times--;
            return true;
        }
    }
}
