using System.Globalization;

namespace Equipoise.Metrics;

/// <summary>Reads a formula over sums of items. Descends by precedence: sums, products, signs, powers.</summary>
internal sealed class FormulaParser
{
    /// <summary>The counts that every formula may use: their places among the sums.</summary>
    public static readonly string[] Counts = ["tp", "fp", "tn", "fn", "n"];

    private static readonly string[] OfOne = ["abs", "sqrt", "log", "exp"];
    private static readonly string[] OfTwo = ["min", "max", "above"];

    private readonly string _text;
    private readonly int _width;
    private readonly Func<string, int>? _figures;
    private int _at;
    private bool _inner;
    private bool _perColumn;

    private FormulaParser(string text, int width, Func<string, int>? figures = null)
    {
        _text = text;
        _width = width;
        _figures = figures;
    }

    /// <summary>The further columns of the data that it names.</summary>
    public List<string> Columns { get; } = [];

    /// <summary>The sums after the counts.</summary>
    public List<FormulaSum> Sums { get; } = [];

    /// <summary>Reads a formula for predictions of a width.</summary>
    /// <exception cref="ArgumentException">It is none; says where.</exception>
    public static (FormulaTerm Term, IReadOnlyList<FormulaSum> Sums, IReadOnlyList<string> Columns) Read(string text, int width)
    {
        var parser = new FormulaParser(text, width);
        var term = parser.ReadSum();
        parser.Skip();
        if (parser._at < text.Length) throw parser.Fault($"'{text[parser._at]}' is not expected");
        return (term, parser.Sums, parser.Columns);
    }

    /// <summary>Reads a formula over figures that have names of their own; a name with other signs than letters, digits, dots and underscores stands in quotation marks.</summary>
    /// <param name="text">The formula.</param>
    /// <param name="figures">The place of a figure among the sums; throws if there is none of the name.</param>
    /// <exception cref="ArgumentException">It is none; says where.</exception>
    public static FormulaTerm ReadOver(string text, Func<string, int> figures)
    {
        var parser = new FormulaParser(text, 1, figures);
        var term = parser.ReadSum();
        parser.Skip();
        return parser._at == text.Length ? term : throw parser.Fault($"'{text[parser._at]}' is not expected");
    }

    private FormulaTerm ReadSum()
    {
        var term = ReadProduct();
        while ((Take('+') ?? Take('-')) is { } sign) term = new FormulaTerm.Operation(sign, term, ReadProduct());
        return term;
    }

    private FormulaTerm ReadProduct()
    {
        var term = ReadSigned();
        while ((Take('*') ?? Take('/')) is { } sign) term = new FormulaTerm.Operation(sign, term, ReadSigned());
        return term;
    }

    private FormulaTerm ReadSigned()
    {
        if (Take('-') is not null) return new FormulaTerm.Operation("-", new FormulaTerm.Number(0), ReadSigned());
        var term = ReadPrimary();
        return Take('^') is { } power ? new FormulaTerm.Operation(power, term, ReadSigned()) : term;
    }

    private FormulaTerm ReadPrimary()
    {
        Skip();
        if (Take('(') is not null)
        {
            var inside = ReadSum();
            Want(')');
            return inside;
        }

        if ((_figures is not null || _inner) && Take('"') is not null)
        {
            int close = _text.IndexOf('"', _at);
            if (close < 0) throw Fault("the quotation mark is never closed");
            string quoted = _text[_at..close];
            _at = close + 1;
            return new FormulaTerm.Sum(_figures?.Invoke(quoted) ?? PlaceOf(quoted));
        }

        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '.' or '_')) _at++;
        string word = _text[start.._at];
        if (word.Length == 0) throw Fault(_at < _text.Length ? $"'{_text[_at]}' is not expected" : "something is missing at the end");
        if (char.IsAsciiDigit(word[0]) || word[0] == '.')
        {
            return double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? new FormulaTerm.Number(number) : throw Fault($"'{word}' is no number");
        }

        return ReadNamed(word);
    }

    private FormulaTerm ReadNamed(string word)
    {
        if (_figures is not null && !OfOne.Contains(word) && !OfTwo.Contains(word)) return new FormulaTerm.Sum(_figures(word));
        if (word is "sum" or "mean" && !_inner) return ReadOver(word == "mean");
        if (word is "p" or "t" && _inner) return ReadEntry(word == "t");
        int count = Array.IndexOf(Counts, word);
        if (count >= 0 && !_inner) return new FormulaTerm.Sum(count);
        bool two = OfTwo.Contains(word);
        if (!two && !OfOne.Contains(word))
        {
            throw Fault(word is "p" or "t" ? $"'{word}' is of one item, so it must stand in sum(...) or mean(...)"
                : _inner ? $"there is no '{word}' within sum or mean; there are p, t, p[0], t[0], abs, sqrt, log, exp, min, max, above, and columns in quotation marks"
                : $"there is no '{word}'; there are tp, fp, tn, fn, n, sum, mean, abs, sqrt, log, exp, min, max, above");
        }

        Want('(');
        var first = ReadSum();
        FormulaTerm? second = null;
        if (two)
        {
            Want(',');
            second = ReadSum();
        }

        Want(')');
        return new FormulaTerm.Operation(word, first, second);
    }

    private int PlaceOf(string column)
    {
        int place = Columns.IndexOf(column);
        if (place >= 0) return place;
        Columns.Add(column);
        return Columns.Count - 1;
    }

    private FormulaTerm.Sum ReadOver(bool mean)
    {
        Want('(');
        _inner = true;
        _perColumn = false;
        var inside = ReadSum();
        _inner = false;
        Want(')');
        Sums.Add(new FormulaSum(inside, _perColumn, mean));
        return new FormulaTerm.Sum(Counts.Length + Sums.Count - 1);
    }

    private FormulaTerm.Entry ReadEntry(bool ofTarget)
    {
        if (Take('[') is null)
        {
            _perColumn = true;
            return new FormulaTerm.Entry(ofTarget, null);
        }

        Skip();
        int start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at])) _at++;
        if (!int.TryParse(_text[start.._at], NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= _width) throw Fault($"a column must be from 0 to {_width - 1}");
        Want(']');
        return new FormulaTerm.Entry(ofTarget, index);
    }

    private string? Take(char symbol)
    {
        Skip();
        if (_at >= _text.Length || _text[_at] != symbol) return null;
        _at++;
        return symbol.ToString();
    }

    private void Want(char symbol)
    {
        if (Take(symbol) is null) throw Fault($"'{symbol}' is missing");
    }

    private void Skip()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at])) _at++;
    }

    private ArgumentException Fault(string what) => new($"The formula '{_text}' cannot be read at character {Math.Min(_at, _text.Length) + 1}: {what}.");
}
