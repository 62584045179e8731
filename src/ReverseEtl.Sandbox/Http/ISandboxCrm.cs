namespace ReverseEtl.Sandbox.Http;

/// <summary>A simulated CRM: state and rules, no sockets, no threads, no clock of its own.</summary>
/// <remarks>Not safe for concurrent use; <see cref="SandboxSite"/> takes calls one at a time.</remarks>
public interface ISandboxCrm
{
    /// <summary><c>salesforce</c> or <c>hubspot</c>.</summary>
    string Name { get; }

    /// <summary>Answers one API request. Never throws for bad input: it answers as the real CRM would.</summary>
    SandboxResponse Handle(SandboxRequest request);

    /// <summary>
    /// Answers one request of the admin API below <c>/_sandbox/</c>: acting as a CRM user, switches, counters, the write log.
    /// The path is given without that prefix, e.g. <c>records/Account</c>.
    /// </summary>
    SandboxResponse Admin(SandboxRequest request, string path);
}
