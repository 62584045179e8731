namespace ReverseEtl.Engine.Ports;

/// <summary>
/// How far a state had come with a mapping. The warehouse keeps a copy, so that a state that was restored from a backup, or put in the
/// place of another one, is noticed: it knows less than the warehouse remembers of it.
/// </summary>
/// <param name="State">The state's own id, given when its schema was made.</param>
/// <param name="LastRun">The last run of the mapping that was started; 0 when there was none.</param>
public readonly record struct StateAnchor(Guid State, long LastRun);
