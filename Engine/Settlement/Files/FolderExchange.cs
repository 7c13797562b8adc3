using System.Runtime.InteropServices;

namespace CarrierPay.Engine.Settlement.Files;

/// <summary>Folders of this machine.</summary>
/// <remarks>A file is on the disk before its name is, and the name before the file counts as delivered.</remarks>
internal sealed class FolderExchange(string folder, string answersFolder) : IFileExchange
{
    // Who is in the group reads it: it names subscribers.
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    public async Task PutAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        // What a killed engine has left. Should one that was frozen still write it, it cannot give it the name any more.
        foreach (var left in Directory.EnumerateFiles(folder, $"{name}.*.tmp"))
            File.Delete(left);
        var unfinished = Path.Combine(folder, $"{name}.{Guid.NewGuid():N}.tmp");
        try
        {
            await using (var file = new FileStream(unfinished, Options()))
            {
                await write(file, cancellationToken);
                file.Flush(flushToDisk: true);
            }
            File.Move(unfinished, Path.Combine(folder, name), overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
        SyncFolder(folder);
    }

    public Task<IReadOnlyList<AnswerEntry>> ListAnswersAsync(CancellationToken cancellationToken)
    {
        var answers = new DirectoryInfo(answersFolder);
        return Task.FromResult<IReadOnlyList<AnswerEntry>>(!answers.Exists
            ? []
            : [.. answers.EnumerateFiles("CPAY_*").Where(f => RatedFileName.Answered(f.Name) is not null).Take(IFileExchange.MostAnswers)
                .Select(f => new AnswerEntry(f.Name, f.LastWriteTimeUtc))]);
    }

    public Task<Stream> OpenAnswerAsync(string name, CancellationToken cancellationToken) => Task.FromResult<Stream>(File.OpenRead(Path.Combine(answersFolder, name)));

    public Task MoveAnswerAsync(string name, string subfolder, string newName, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(answersFolder, subfolder));
        File.Move(Path.Combine(answersFolder, name), Path.Combine(answersFolder, subfolder, newName), overwrite: true);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Mode;
        return options;
    }

    /// <summary>A name is durable when its folder is; .NET opens no folders.</summary>
    private static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return; // there a renaming is in the journal
        const int readOnly = 0;
        var descriptor = Open(path, readOnly);
        if (descriptor < 0 || Sync(descriptor) < 0)
        {
            var problem = Marshal.GetLastPInvokeErrorMessage();
            if (descriptor >= 0)
                _ = Close(descriptor);
            throw new IOException($"The folder {path} could not be written to the disk: {problem}");
        }
        _ = Close(descriptor);
    }

#pragma warning disable SYSLIB1054 // generated marshalling would need unsafe code in the whole library
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
#pragma warning restore SYSLIB1054
}
