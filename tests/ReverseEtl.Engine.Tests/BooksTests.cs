using ReverseEtl.Engine.Cycles;

namespace ReverseEtl.Engine.Tests;

public sealed class BooksTests
{
    [Fact]
    public void Record_held_twice_is_counted_once_and_keeps_its_first_reason()
    {
        var books = new CycleBooks(dryRun: false);
        books.Hold("A-1", "ambiguous_match");
        books.Hold("A-1", "waiting_for_reference");
        Assert.Equal(1, books.Held);
        Assert.Equal([new HeldRecord("A-1", "ambiguous_match")], books.HeldListed);
    }

    [Fact]
    public void Released_record_is_not_held_any_more()
    {
        var books = new CycleBooks(dryRun: false);
        books.Hold("A-1", "waiting_for_reference");
        books.Release("A-1");
        books.Release("A-2");
        Assert.Equal(0, books.Held);
        Assert.Empty(books.HeldListed);
    }

    [Fact]
    public void Held_records_beyond_the_limit_are_counted_but_not_listed()
    {
        var books = new CycleBooks(dryRun: false);
        for (var i = 0; i < CycleBooks.MaxHeldListed + 10; i++)
        {
            books.Hold($"A-{i}", "review");
            books.Hold($"A-{i}", "once more");
        }

        Assert.Equal(CycleBooks.MaxHeldListed + 10, books.Held);
        Assert.Equal(CycleBooks.MaxHeldListed, books.HeldListed.Count);
    }
}
