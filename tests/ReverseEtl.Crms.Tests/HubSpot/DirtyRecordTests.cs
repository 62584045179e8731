using ReverseEtl.Crms.HubSpot.Webhooks;

namespace ReverseEtl.Crms.Tests.HubSpot;

public class DirtyRecordTests
{
    [Theory]
    [InlineData("0-1", "contacts", true)]
    [InlineData("0-1", "0-1", true)]
    [InlineData("0-1", "Contact", true)]
    [InlineData("0-1", "companies", false)]
    [InlineData("2-3001", "2-3001", true)]
    [InlineData("2-3001", "2-3002", false)]
    [InlineData("2-3001", "p_cars", true)]
    [InlineData("0-136", "leads", true)]
    [InlineData("0-1", "p_cars", false)]
    public void Record_is_told_from_those_of_other_objects_as_far_as_names_allow(string type, string mapped, bool may)
    {
        Assert.Equal(may, new DirtyRecord(type, "840926056001").MayBeOf(mapped));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("7 or 1")]
    [InlineData("\0")]
    public void Id_that_is_no_number_is_nobodys(string id)
    {
        Assert.False(new DirtyRecord("0-1", id).MayBeOf("contacts"));
    }
}
