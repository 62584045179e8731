namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class ConditionalTests
{
    private const string Earlier = "Mon, 02 Mar 2026 09:59:59 GMT";
    private const string Same = "Mon, 02 Mar 2026 10:00:00 GMT";
    private readonly SalesforceClient _org = new();

    [Theory]
    [InlineData("Contact", """{"LastName":"A"}""")]
    [InlineData("Account", """{"Name":"A"}""")]
    public void If_unmodified_since_guards_a_patch_to_the_second(string type, string body)
    {
        var id = _org.Create(type, body);
        var refused = _org.Patch($"/sobjects/{type}/{id}", body, ("If-Unmodified-Since", Earlier));
        Assert.Equal((412, ""), (refused.Status, refused.Text));
        Assert.Equal(204, _org.Patch($"/sobjects/{type}/{id}", body, ("If-Unmodified-Since", Same)).Status);
    }

    [Fact]
    public void System_changes_are_invisible_to_if_unmodified_since()
    {
        var id = _org.Create("Contact", """{"LastName":"A"}""");
        _org.Time.Advance(TimeSpan.FromSeconds(30));
        _org.Sandbox.TouchSystemModstamp("Contact", id);
        Assert.Equal(204, _org.Patch($"/sobjects/Contact/{id}", "{}", ("If-Unmodified-Since", Same)).Status);
        Assert.True(_org.Sandbox.Record("Contact", id)!.SystemModstamp > new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void System_changes_are_refused_where_the_org_compares_with_the_system_stamp()
    {
        var id = _org.Create("Contact", """{"LastName":"A"}""");
        _org.Sandbox.Switches = _org.Sandbox.Switches with { ConditionSeesSystemChanges = true };
        _org.Time.Advance(TimeSpan.FromSeconds(30));
        _org.Sandbox.TouchSystemModstamp("Contact", id);
        Assert.Equal(412, _org.Patch($"/sobjects/Contact/{id}", "{}", ("If-Unmodified-Since", Same)).Status);
    }

    [Fact]
    public void Bad_date_is_400_on_a_patch_and_ignored_on_a_get()
    {
        var id = _org.Create("Contact", """{"LastName":"A"}""");
        Assert.Equal(400, _org.Patch($"/sobjects/Contact/{id}", "{}", ("If-Unmodified-Since", "2026-03-02T10:00:00Z")).Status);
        Assert.Equal(200, _org.Get($"/sobjects/Contact/{id}", ("If-Modified-Since", "yesterday")).Status);
    }

    [Fact]
    public void If_modified_since_answers_304()
    {
        var id = _org.Create("Contact", """{"LastName":"A"}""");
        Assert.Equal(304, _org.Get($"/sobjects/Contact/{id}", ("If-Modified-Since", Same)).Status);
        Assert.Equal(200, _org.Get($"/sobjects/Contact/{id}", ("If-Modified-Since", Earlier)).Status);
    }

    [Fact]
    public void Read_says_when_the_record_was_modified_and_304_repeats_it()
    {
        var account = _org.Create("Account", """{"Name":"A"}""");
        var whole = _org.Get($"/sobjects/Account/{account}");
        var unchanged = _org.Get($"/sobjects/Account/{account}", ("If-Modified-Since", Same));
        Assert.Equal((200, Same), (whole.Status, whole.Header("Last-Modified")));
        Assert.Equal((304, Same, whole.Header("ETag")), (unchanged.Status, unchanged.Header("Last-Modified"), unchanged.Header("ETag")));
        Assert.Equal(204, _org.Patch($"/sobjects/Account/{account}", "{}", ("If-Unmodified-Since", whole.Header("Last-Modified")!)).Status);
    }

    [Fact]
    public void Entity_tag_of_a_gzipped_answer_says_so_and_is_taken_back()
    {
        var path = $"/sobjects/Account/{_org.Create("Account", """{"Name":"A"}""")}";
        var tag = _org.Get(path, ("Accept-Encoding", "gzip")).Header("ETag")!;
        Assert.Equal(_org.Get(path).Header("ETag"), tag.Replace("--gzip", ""));
        Assert.EndsWith("--gzip\"", tag);
        Assert.Equal(304, _org.Get(path, ("If-None-Match", tag)).Status);
        Assert.Equal(204, _org.Patch(path, """{"Phone":"1"}""", ("If-Match", tag)).Status);
    }

    [Fact]
    public void Entity_tags_work_for_account_only_and_tell_edits_of_one_second_apart()
    {
        var id = _org.Create("Account", """{"Name":"A"}""");
        var tag = _org.Get($"/sobjects/Account/{id}").Header("ETag")!;
        Assert.Equal(304, _org.Get($"/sobjects/Account/{id}", ("If-None-Match", $"\"x\", {tag}")).Status);
        var next = _org.Patch($"/sobjects/Account/{id}", """{"Phone":"1"}""", ("If-Match", tag)).Header("ETag")!;
        Assert.NotEqual(tag, next);
        Assert.Equal(412, _org.Patch($"/sobjects/Account/{id}", """{"Phone":"2"}""", ("If-Match", tag)).Status);
        Assert.Equal(204, _org.Patch($"/sobjects/Account/{id}", """{"Phone":"2"}""", ("If-Match", next.Replace("=\"", "=--gzip\""))).Status);
        var contact = _org.Create("Contact", """{"LastName":"A"}""");
        Assert.Null(_org.Get($"/sobjects/Contact/{contact}").Header("ETag"));
        Assert.Equal(204, _org.Patch($"/sobjects/Contact/{contact}", "{}", ("If-Match", "\"x\"")).Status);
    }

    [Fact]
    public void Delete_ignores_conditions()
    {
        var id = _org.Create("Contact", """{"LastName":"A"}""");
        Assert.Equal(204, _org.Delete($"/sobjects/Contact/{id}", ("If-Unmodified-Since", Earlier)).Status);
    }
}
