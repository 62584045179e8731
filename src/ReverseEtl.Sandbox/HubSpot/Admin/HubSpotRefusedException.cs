namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>HubSpot would not let a person do this.</summary>
public sealed class HubSpotRefusedException : Exception
{
    internal HubSpotRefusedException(Failure failure)
        : base(failure.Message) => Status = failure.Status;

    /// <summary>The HTTP status that the API would answer with.</summary>
    public int Status { get; }
}
