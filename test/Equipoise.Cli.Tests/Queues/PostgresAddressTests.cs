using Equipoise.Cli.Queues;

namespace Equipoise.Cli.Tests.Queues;

public sealed class PostgresAddressTests
{
    [Theory]
    [InlineData("postgres://me:p%40ss@db.lan:5433/trainings?sweep=a%20b&sslmode=require", "postgres://me@db.lan:5433/trainings?ssl_mode=Require&sweep=a%20b")]
    [InlineData("postgresql://db.lan/trainings", "postgres://db.lan/trainings")]
    [InlineData("postgres://me@/trainings?host=/var/run/postgresql", "postgres://me@/trainings?host=/var/run/postgresql")]
    [InlineData("postgres://[::1]:5433/trainings", "postgres://[::1]:5433/trainings")]
    [InlineData("Host=db.lan;Database=trainings;Username=me;Password=secret;Sweep=x", "postgres://me@db.lan/trainings?sweep=x")]
    [InlineData("postgres://db.lan/trainings?connect_timeout=5&application_name=mine", "postgres://db.lan/trainings?application_name=mine&timeout=5")]
    public void An_address_is_shown_without_its_password_and_read_again(string text, string shown)
    {
        var address = PostgresAddress.TryParse(text)!;
        Assert.Equal(Sorted(shown), Sorted(address.Text));
        var again = PostgresAddress.TryParse(address.Text)!;
        Assert.Equal((address.Text, address.Sweep), (again.Text, again.Sweep));
    }

    [Fact]
    public void The_password_goes_to_the_driver()
    {
        var address = PostgresAddress.TryParse("postgres://me:p%40ss@db.lan/trainings")!;
        Assert.Equal("p@ss", address.Password);
        Assert.Contains("p@ss", address.ConnectionString, StringComparison.Ordinal);
        Assert.Null(PostgresAddress.TryParse("postgres://me@db.lan/trainings")!.Password);
    }

    [Theory]
    [InlineData("sweeps/diamonds/queue.db")]
    [InlineData("")]
    public void A_file_is_no_address(string text) => Assert.Null(PostgresAddress.TryParse(text));

    [Theory]
    [InlineData("postgres://db.lan", "names no database")]
    [InlineData("postgres://db.lan:x/trainings", "'x' is no port")]
    [InlineData("postgres://db.lan/trainings?colour=red", "colour")]
    [InlineData("postgres://db.lan/trainings?colour", "NAME=VALUE")]
    public void A_mistake_in_an_address_is_told(string text, string expected)
        => Assert.Contains(expected, Assert.Throws<UsageException>(() => PostgresAddress.TryParse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_name_that_PostgreSQL_would_cut_is_refused()
        => Assert.Contains("too long", Assert.Throws<UsageException>(() => PostgresAddress.TryParse("postgres://db.lan/trainings")!.With(new string('x', 54))).Message, StringComparison.Ordinal);

    private static string Sorted(string text) => string.Join('&', text.Split('?', '&').Order(StringComparer.Ordinal));
}
