namespace ReverseEtl.Daemon.Hosting;

/// <summary>Tells a loop that mapping files may have changed. A hint only: some file systems report nothing, so the loop looks anyway.</summary>
internal static class MappingWatch
{
    /// <summary>Watches a folder; null when there is none yet.</summary>
    public static FileSystemWatcher? Start(string folder, Nudge nudge)
    {
        if (!Directory.Exists(folder))
        {
            return null;
        }

        var watcher = new FileSystemWatcher(folder) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size };
        watcher.Changed += (_, _) => nudge.Give();
        watcher.Created += (_, _) => nudge.Give();
        watcher.Deleted += (_, _) => nudge.Give();
        watcher.Renamed += (_, _) => nudge.Give();
        watcher.EnableRaisingEvents = true;
        return watcher;
    }
}
