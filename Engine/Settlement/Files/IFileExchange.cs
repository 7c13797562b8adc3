namespace CarrierPay.Engine.Settlement.Files;

/// <summary>A file that billing has put down for us.</summary>
/// <param name="ChangedAt">By the clock of whoever keeps it.</param>
internal readonly record struct AnswerEntry(string Name, DateTimeOffset ChangedAt);

/// <summary>The place where files for billing are put and its answers found: a folder, or a server's folder over SFTP.</summary>
internal interface IFileExchange : IAsyncDisposable
{
    /// <summary>The most answers of one look; the rest comes with the next.</summary>
    const int MostAnswers = 1000;

    /// <summary>Writes a file under another name, and gives it its own only when it is whole. What has the name already is replaced.</summary>
    /// <param name="write">What it throws is thrown on, and the name does not appear.</param>
    Task PutAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken);

    /// <summary>Answers to be looked at; other files are none of our affair.</summary>
    Task<IReadOnlyList<AnswerEntry>> ListAnswersAsync(CancellationToken cancellationToken);

    Task<Stream> OpenAnswerAsync(string name, CancellationToken cancellationToken);

    /// <summary>Moves an answer into a subfolder, under a name of its own there. Safe to repeat while the answer is there.</summary>
    Task MoveAnswerAsync(string name, string subfolder, string newName, CancellationToken cancellationToken);
}
