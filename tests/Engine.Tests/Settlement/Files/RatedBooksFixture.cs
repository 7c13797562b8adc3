using CarrierPay.TestSupport;

namespace CarrierPay.Engine.Tests.Settlement.Files;

/// <summary>One database, and in it new books for each test.</summary>
public abstract class RatedBooksFixture
{
    private TestDatabase _database = null!;

    private protected RatedBooks Rated { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task MakeDatabase() => _database = await TestDatabase.CreateAsync();

    [OneTimeTearDown]
    public async Task DropDatabase() => await _database.DisposeAsync();

    [SetUp]
    public async Task OpenBooks() => Rated = await RatedBooks.OpenAsync(_database);

    [TearDown]
    public async Task CloseBooks() => await Rated.DisposeAsync();
}
