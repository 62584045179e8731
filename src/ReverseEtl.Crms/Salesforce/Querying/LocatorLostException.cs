namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>The server's cursor is gone (it lives two days, and belongs to one user): the read starts again behind what was seen.</summary>
internal sealed class LocatorLostException() : Exception("The query cursor is gone.");
