namespace ReverseEtl.Crms.HubSpot;

/// <summary>The part of a rate window that is ours.</summary>
/// <param name="Percent">1 to 100.</param>
internal readonly record struct RateShare(int Percent)
{
    /// <summary>Our requests of a window; at least one, or nothing would ever go.</summary>
    public int Of(int window) => Math.Max(1, (int)((long)window * Percent / 100));

    /// <summary>What is left of our part when so many of the whole are left: others may use all but ours.</summary>
    public int Left(int remaining, int window) => Math.Max(0, remaining - (window - Of(window)));
}
