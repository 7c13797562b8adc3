using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CarrierPay.Engine.Settlement.Files;

namespace CarrierPay.Engine.Tests.Settlement.Files;

/// <summary>OpenSSH's sshd on 127.0.0.1, as an ordinary process with keys of its own that ends with the test.</summary>
internal sealed class SshServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/sshd";
    private const string Password = "a test, not a secret";

    /// <summary>Of <see cref="Password"/>, by `openssl passwd -6 -salt carrierpay`.</summary>
    private const string PasswordHash = "$6$carrierpay$p4YpkGw3LGAjQKoNGOxMitxRmPjDW2lsXocnhLYqfl9Ql5.JAcqOrgMML1LIJAEoFTL/qpDrV0GbG9ch.XoQp0";

    private readonly bool _byPassword;
    private readonly string _folder = Directory.CreateTempSubdirectory("carrierpay-ssh-").FullName;
    private Process? _process;

    private SshServer(bool byPassword) => _byPassword = byPassword;

    public int Port { get; } = FreePort();

    public string HostKey { get; private set; } = "";

    private string UserKey => Path.Combine(_folder, "user");

    private string Accounts => Path.Combine(_folder, "shadow");

    /// <param name="byPassword">It takes a password and no key. OpenSSH knows no passwords but those of the machine's accounts: this process sees a file of its own in the place of theirs.</param>
    public static async Task<SshServer> StartAsync(bool byPassword = false)
    {
        if (!File.Exists(Program))
            Assert.Ignore($"{Program} is not installed (apt install openssh-server)");
        if (byPassword && !await CanBindAsync())
            Assert.Ignore("sshd takes passwords from /etc/shadow; to give it another one takes the right to mount (root)");
        var server = new SshServer(byPassword);
        await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(server._folder, "host"));
        await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", server.UserKey);
        server.HostKey = (await RunAsync("ssh-keygen", "-lf", Path.Combine(server._folder, "host.pub"))).Split(' ')[1];
        await File.WriteAllTextAsync(Path.Combine(server._folder, "config"), $"""
            Port {server.Port}
            ListenAddress 127.0.0.1
            HostKey {server._folder}/host
            PidFile none
            AuthorizedKeysFile {(byPassword ? "none" : $"{server._folder}/user.pub")}
            PasswordAuthentication {(byPassword ? "yes" : "no")}
            KbdInteractiveAuthentication no
            UsePAM no
            PermitRootLogin {(byPassword ? "yes" : "prohibit-password")}
            StrictModes no
            Subsystem sftp internal-sftp
            """);
        await File.WriteAllTextAsync(server.Accounts, $"{Environment.UserName}:{PasswordHash}:20000:0:99999:7:::\n");
        if (Environment.UserName == "root")
            Directory.CreateDirectory("/run/sshd"); // started by root it wants this empty folder
        await server.UpAsync();
        return server;
    }

    public async Task UpAsync()
    {
        string[] arguments = ["-D", "-e", "-f", Path.Combine(_folder, "config")];
        var start = _byPassword
            ? new ProcessStartInfo("unshare", ["-m", "sh", "-c", "mount --bind \"$0\" /etc/shadow && exec \"$@\"", Accounts, Program, .. arguments])
            : new ProcessStartInfo(Program, arguments);
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        await Eventually.True(async () => await AnswersAsync(), "sshd answers");
    }

    public async Task DownAsync()
    {
        if (_process is null)
            return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Has files go there.</summary>
    public void Serve(RatedFilesOptions options)
    {
        options.Delivery = RatedFilesDelivery.Sftp;
        options.Sftp = new() { Host = "127.0.0.1", Port = Port, User = Environment.UserName, KeyFile = _byPassword ? "" : UserKey, Password = _byPassword ? Password : "", HostKey = HostKey, Timeout = TimeSpan.FromSeconds(20) };
    }

    public async ValueTask DisposeAsync()
    {
        await DownAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<bool> CanBindAsync()
    {
        using var process = Process.Start(new ProcessStartInfo("unshare", ["-m", "mount", "--bind", "/etc/passwd", "/etc/shadow"]) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    private async Task<bool> AnswersAsync()
    {
        Assert.That(_process!.HasExited, Is.False, "sshd ended by itself");
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, string.Create(CultureInfo.InvariantCulture, $"{program}: {output}"));
        return output;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
