namespace Equipoise.Data;

/// <summary>A fault of a data file or data set. It holds every mistake that was found, up to a limit, not only the first.</summary>
public sealed class DataException : EquipoiseException
{
    /// <summary>One mistake.</summary>
    public DataException(string message) : base(message) => Mistakes = [message];

    /// <summary>One mistake that another exception led to.</summary>
    public DataException(string message, Exception? inner) : base(message, inner) => Mistakes = [message];

    /// <summary>Several mistakes of one input, told together. <paramref name="further"/> is how many more were found and not listed.</summary>
    public DataException(IReadOnlyList<string> mistakes, int further = 0) : base(Join(mistakes, further))
    {
        Mistakes = mistakes;
        Further = further;
    }

    /// <inheritdoc/>
    public override int ExitCode => 4;

    /// <summary>The mistakes, one sentence or two each.</summary>
    public IReadOnlyList<string> Mistakes { get; }

    /// <summary>How many more mistakes were found and not listed.</summary>
    public int Further { get; }

    private static string Join(IReadOnlyList<string> mistakes, int further)
    {
        ArgumentNullException.ThrowIfNull(mistakes);
        string all = string.Join(Environment.NewLine, mistakes);
        return further <= 0 ? all : $"{all}{Environment.NewLine}... and {further} more like these.";
    }
}
