using Equipoise.Reports.Sections;

namespace Equipoise.Reports;

/// <summary>A page of answers: one HTML file that needs nothing else, neither network nor script nor font; readable on a phone, in the dark and on paper.</summary>
/// <remarks>
/// A page is made of the JSON of answers alone. Each figure stands in an element <c>data</c> whose <c>value</c> has the very digits of the JSON, and each shape of a chart has them in <c>data-value</c> or a like name;
/// what is read is rounded. The file is well-formed XML, too. All texts are escaped, and a content security policy forbids scripts and addresses.
/// </remarks>
public static class ReportPage
{
    private static readonly (string Command, string Title, Func<Answer, string> Subject, Action<PageWriter, Answer> Write)[] Sections =
    [
        ("run", "Run", a => a.Result.Text("name"), RunSection.Write),
        ("explain", "How the loss is made", a => a.Result.Text("run"), ExplainSection.Write),
        ("audit", "Where the total loss comes from", a => a.Result.Text("log"), AuditSection.Write),
        ("advise", "Losses and metrics for these labels", a => a.Result.Text("about"), AdviseSection.Write),
        ("calibrate", "Weights from losses and gradients", a => a.Result.Text("config"), CalibrateSection.Write),
        ("compare", "Which variant is better", a => a.Result.Text("config"), CompareSection.Write),
        ("sweep", "What can be had for what", a => a.Result.Text("folder"), SweepSection.Write),
    ];

    /// <summary>The commands that there are pages of; <c>run</c> is that of <c>report RUN</c>.</summary>
    public static IReadOnlyList<string> Commands { get; } = [.. Sections.Select(s => s.Command)];

    /// <summary>The page.</summary>
    /// <param name="answers">What is shown, in this order; at least one.</param>
    /// <param name="title">The title; null: that of the only section, or "Report".</param>
    /// <returns>The HTML.</returns>
    public static string Of(IReadOnlyList<Answer> answers, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentOutOfRangeException.ThrowIfZero(answers.Count, nameof(answers));
        var markup = new Markup();
        var page = new PageWriter(markup);
        string name = title ?? (answers.Count == 1 ? Heading(answers[0]) : "Report");
        markup.Raw("<!DOCTYPE html>\n").Open("html", ("lang", "en"), ("xmlns", "http://www.w3.org/1999/xhtml")).Open("head");
        markup.Empty("meta", ("charset", "utf-8")).Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        markup.Empty("meta", ("http-equiv", "Content-Security-Policy"), ("content", PageStyle.Policy));
        markup.Empty("meta", ("name", "color-scheme"), ("content", "light dark")).Element("title", $"{name} · Equipoise");
        markup.Open("style").Raw(PageStyle.Text).Close().Close().Open("body").Open("header").Element("h1", name).Close();
        if (answers.Count > 1) Contents(markup, answers);
        markup.Open("main");
        for (int i = 0; i < answers.Count; i++)
        {
            var answer = answers[i];
            markup.Open("section", ("id", $"part{i + 1}"), ("class", answer.Command));
            if (answers.Count > 1) markup.Element("h2", Heading(answer));
            foreach (string warning in answer.Warnings) markup.Element("p", warning, ("class", "warning"));
            Sections.First(s => s.Command == answer.Command).Write(page, answer);
            markup.Close();
        }
        markup.Close();
        markup.Open("footer").Element("p", "Made by equipoise. What is rounded here stands with all its digits in the 'data' elements of this file, and in the answer's JSON.").Close();
        return markup.Close().Close().ToString();
    }

    private static string Heading(Answer answer)
    {
        var (_, title, subject, _) = Sections.First(s => s.Command == answer.Command);
        return subject(answer) is { Length: > 0 } about ? $"{title}: {about}" : title;
    }

    private static void Contents(Markup markup, IReadOnlyList<Answer> answers)
    {
        markup.Open("nav").Open("ol");
        for (int i = 0; i < answers.Count; i++) markup.Open("li").Element("a", Heading(answers[i]), ("href", $"#part{i + 1}")).Close();
        markup.Close().Close();
    }
}
