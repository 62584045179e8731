namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>The contract on the simulated account as it comes.</summary>
public sealed class HubSpotContractTests : CrmContract
{
    protected override ICrmBench NewBench() => new HubSpotBench();
}

/// <summary>The contract where every behaviour that nobody could verify is the other way round.</summary>
public sealed class HubSpotOtherAnswersContractTests : CrmContract
{
    protected override ICrmBench NewBench() => new HubSpotBench(switches =>
    {
        switches.ShuffleResults = false;
        switches.IdenticalWritesAddHistory = true;
        switches.IdenticalWritesBumpModified = true;
        switches.EmailUpsertPartialSuccess = true;
        switches.SecondaryEmailResolves = false;
        switches.EmailChangeKeepsOldAsSecondary = true;
        switches.EmailConflictOnUpdateStatus = 400;
        switches.BatchUpdatePartialWithoutTraceIds = true;
        switches.MergedIdsVanishFromBatchUpdate = false;
        switches.MergedIdsListedAsArchived = true;
        switches.MergeFillsEmptyValues = false;
        switches.MergedKeysResolve = true;
        switches.BatchArchiveReportsMissing = true;
        switches.DeleteUnknownIsNotFound = false;
        switches.ClearedReadsAsEmptyText = true;
        switches.NormalisePhone = true;
    });
}
