using CarrierPay.TestSupport;

namespace CarrierPay.Engine.Tests.Settlement;

/// <summary>One database, and in it new books for each test.</summary>
public abstract class BooksFixture
{
    private protected TestDatabase Database { get; private set; } = null!;

    private protected Books Books { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task MakeDatabase() => Database = await TestDatabase.CreateAsync();

    [OneTimeTearDown]
    public async Task DropDatabase() => await Database.DisposeAsync();

    [SetUp]
    public async Task OpenBooks() => Books = await Books.OpenAsync(Database);

    [TearDown]
    public async Task CloseBooks() => await Books.DisposeAsync();
}
