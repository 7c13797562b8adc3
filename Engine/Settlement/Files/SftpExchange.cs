using Renci.SshNet;
using Renci.SshNet.Common;

namespace CarrierPay.Engine.Settlement.Files;

/// <summary>Folders of billing's SFTP server, over one connection.</summary>
/// <remarks>Whether the server has a file on its disk cannot be asked; billing's answer says that it arrived.</remarks>
internal sealed class SftpExchange : IFileExchange
{
    private readonly SftpClient _client;
    private readonly string _folder;
    private readonly string _answersFolder;

    private SftpExchange(SftpClient client, RatedFilesOptions options)
    {
        _client = client;
        (_folder, _answersFolder) = (options.Folder.TrimEnd('/'), options.AnswersFolder.TrimEnd('/'));
    }

    /// <exception cref="SshException">The server refused, cannot be reached, or is another one than the host key says.</exception>
    public static async Task<SftpExchange> ConnectAsync(RatedFilesOptions options, CancellationToken cancellationToken)
    {
        var sftp = options.Sftp;
        AuthenticationMethod method = sftp.KeyFile.Length > 0
            ? new PrivateKeyAuthenticationMethod(sftp.User, new PrivateKeyFile(sftp.KeyFile, sftp.KeyPassphrase.Length > 0 ? sftp.KeyPassphrase : null))
            : new PasswordAuthenticationMethod(sftp.User, sftp.Password);
        var client = new SftpClient(new ConnectionInfo(sftp.Host, sftp.Port, sftp.User, method) { Timeout = sftp.Timeout }) { OperationTimeout = sftp.Timeout };
        client.HostKeyReceived += (_, key) => key.CanTrust = $"SHA256:{key.FingerPrintSHA256}".TrimEnd('=') == sftp.HostKey.TrimEnd('=');
        try
        {
            await client.ConnectAsync(cancellationToken);
            return new(client, options);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public async Task PutAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        await MakeFolderAsync(_folder, cancellationToken);
        await foreach (var left in _client.ListDirectoryAsync(_folder, cancellationToken))
        {
            // As in a folder: what is left of a killed engine.
            if (left.Name.StartsWith($"{name}.", StringComparison.Ordinal) && left.Name.EndsWith(".tmp", StringComparison.Ordinal))
                await left.DeleteAsync(cancellationToken);
        }
        var unfinished = $"{_folder}/{name}.{Guid.NewGuid():N}.tmp";
        try
        {
            await using (var file = await _client.OpenAsync(unfinished, FileMode.CreateNew, FileAccess.Write, cancellationToken))
                await write(file, cancellationToken);
            await RenameAsync(unfinished, $"{_folder}/{name}", cancellationToken);
        }
        catch (RatedFileDiffersException)
        {
            await _client.DeleteFileAsync(unfinished, cancellationToken);
            throw;
        }
    }

    public async Task<IReadOnlyList<AnswerEntry>> ListAnswersAsync(CancellationToken cancellationToken)
    {
        List<AnswerEntry> answers = [];
        if (!await _client.ExistsAsync(_answersFolder, cancellationToken))
            return answers;
        await foreach (var file in _client.ListDirectoryAsync(_answersFolder, cancellationToken))
        {
            if (answers.Count < IFileExchange.MostAnswers && file.IsRegularFile && RatedFileName.Answered(file.Name) is not null)
                answers.Add(new(file.Name, file.LastWriteTimeUtc));
        }
        return answers;
    }

    public async Task<Stream> OpenAnswerAsync(string name, CancellationToken cancellationToken) =>
        await _client.OpenAsync($"{_answersFolder}/{name}", FileMode.Open, FileAccess.Read, cancellationToken);

    public async Task MoveAnswerAsync(string name, string subfolder, string newName, CancellationToken cancellationToken)
    {
        await MakeFolderAsync($"{_answersFolder}/{subfolder}", cancellationToken);
        await RenameAsync($"{_answersFolder}/{name}", $"{_answersFolder}/{subfolder}/{newName}", cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task RenameAsync(string from, string to, CancellationToken cancellationToken)
    {
        try
        {
            // The protocol's own renaming refuses a name that exists; OpenSSH's extension replaces it in one step.
            _client.RenameFile(from, to, isPosix: true);
        }
        catch (NotSupportedException)
        {
            if (await _client.ExistsAsync(to, cancellationToken))
                await _client.DeleteFileAsync(to, cancellationToken);
            await _client.RenameFileAsync(from, to, cancellationToken);
        }
    }

    private async Task MakeFolderAsync(string path, CancellationToken cancellationToken)
    {
        if (!await _client.ExistsAsync(path, cancellationToken))
            await _client.CreateDirectoryAsync(path, cancellationToken);
    }
}
