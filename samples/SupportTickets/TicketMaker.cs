using Equipoise.Data;

namespace SupportTickets;

/// <summary>Makes up support tickets. The words of title and body tell the department; how urgent they sound, and who writes, the priority.</summary>
/// <remarks>
/// A toy with a known answer: the department's words are in every ticket, two tickets in a hundred are filed wrongly (so no model reaches 1),
/// and every fourth ticket has no department yet, as in real life. The same seed gives the same tickets.
/// </remarks>
public static class TicketMaker
{
    private const double WronglyFiled = 0.02;
    private const double NotFiledYet = 0.25;

    private static readonly (string Department, string[] Words)[] Departments =
    [
        ("accounts", ["password", "login", "username", "profile", "permission", "signature"]),
        ("billing", ["invoice", "refund", "receipt", "discount", "payment", "contract"]),
        ("hardware", ["printer", "laptop", "monitor", "keyboard", "battery", "scanner"]),
        ("network", ["router", "wifi", "vpn", "firewall", "cable", "connection"]),
    ];

    private static readonly string[] Urgent = ["urgent", "immediately", "blocked", "outage", "deadline", "broken"];
    private static readonly string[] Calm = ["sometime", "question", "idea", "whenever", "minor", "curious"];
    private static readonly string[] Filler = ["the", "our", "team", "hello", "please", "with", "about", "since", "monday", "help", "again", "office", "today", "and", "new"];
    private static readonly string[] Tags = ["phone", "mail", "chat", "vip", "trial", "partner"];

    /// <summary>A table of tickets: <c>title</c>, <c>body</c>, <c>tags</c>, and what is to be predicted, <c>priority</c> and <c>department</c>.</summary>
    public static Table Make(int rows, int seed)
    {
        var random = new Random(seed);
        var columns = Enumerable.Range(0, 5).Select(_ => new string?[rows]).ToArray();
        for (int row = 0; row < rows; row++)
        {
            var (department, words) = Departments[random.Next(Departments.Length)];
            bool sounds = random.Next(2) == 0;
            string[] tags = [.. Tags.Where(_ => random.Next(4) == 0)];
            // A calm ticket of a very important person is a priority, too.
            bool priority = sounds || tags.Contains("vip");
            columns[0][row] = Text(random, 4, [Pick(words)]);
            columns[1][row] = Text(random, 14, [Pick(words), Pick(words), Pick(sounds ? Urgent : Calm)]);
            columns[2][row] = string.Join(' ', tags);
            columns[3][row] = priority != random.NextDouble() < WronglyFiled ? "high" : "normal";
            columns[4][row] = random.NextDouble() < NotFiledYet ? null
                : random.NextDouble() < WronglyFiled ? Departments[random.Next(Departments.Length)].Department : department;
        }
        return new Table(["title", "body", "tags", "priority", "department"], columns, "tickets");

        string Pick(string[] from) => from[random.Next(from.Length)];
    }

    // Words that say something, among words that do not, in any order.
    private static string Text(Random random, int length, string[] telling)
    {
        string[] words = [.. telling, .. Enumerable.Range(0, length - telling.Length).Select(_ => Filler[random.Next(Filler.Length)])];
        random.Shuffle(words);
        return string.Join(' ', words);
    }
}
