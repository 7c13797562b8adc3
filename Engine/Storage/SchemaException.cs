namespace CarrierPay.Engine.Storage;

/// <summary>The database is not the one that this build can work with; the message says why, for a person.</summary>
public sealed class SchemaException : Exception
{
    public SchemaException()
    {
    }

    public SchemaException(string message)
        : base(message)
    {
    }

    public SchemaException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
