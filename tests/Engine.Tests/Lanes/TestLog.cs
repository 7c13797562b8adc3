using Microsoft.Extensions.Logging;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>Warnings and errors of what is under test, beside the test that brought them about.</summary>
internal sealed class TestLog : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Lines();

    public void Dispose()
    {
    }

    private sealed class Lines : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                TestContext.Progress.WriteLine($"{logLevel}: {formatter(state, exception)} {exception}");
        }
    }
}
