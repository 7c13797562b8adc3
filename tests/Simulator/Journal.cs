using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Simulator;

/// <summary>What books were told, in a file: a JSON document a line, written before anybody has the answer. Told again in the same order, they are the same books.</summary>
/// <remarks>
/// It outlives a killed process, not a machine without power: a line is given to the operating system, not forced to the disk. A last line that was cut short is dropped,
/// because nobody has had its answer. One process at a time. Not safe for threads: its books hold their lock.
/// </remarks>
/// <typeparam name="T">What stands in a line.</typeparam>
internal sealed class Journal<T> : IDisposable where T : class
{
    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly FileStream _file;

    /// <param name="path">Made if it is not there.</param>
    /// <param name="replay">Is told what stands in it, oldest first.</param>
    /// <exception cref="SettingException">The file cannot be had, or what stands in it is no journal.</exception>
    public Journal(string path, Action<T> replay)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            _file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"Simulator__DataFolder: {path} cannot be had: {refused.Message}", refused);
        }
        try
        {
            _file.SetLength(Read(path, replay));
            _file.Seek(0, SeekOrigin.End);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public void Append(T entry)
    {
        _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, Json), (byte)'\n']);
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();

    /// <summary>How many octets stand there in whole lines.</summary>
    private long Read(string path, Action<T> replay)
    {
        using var lines = new StreamReader(_file, leaveOpen: true);
        var whole = 0L;
        for (var number = 1; lines.ReadLine() is { } line && whole + Encoding.UTF8.GetByteCount(line) < _file.Length; number++)
        {
            try
            {
                replay(JsonSerializer.Deserialize<T>(line, Json) ?? throw new JsonException("A line is not null."));
            }
            catch (Exception wrong) when (wrong is JsonException or ArgumentException or DiameterException or Iso8583Exception)
            {
                throw new SettingException($"Simulator__DataFolder: {path}, line {number} is none of ours. Take the file away to begin anew.", wrong);
            }
            whole += Encoding.UTF8.GetByteCount(line) + 1;
        }
        return whole;
    }
}
