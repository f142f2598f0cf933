using System.Globalization;
using System.Text;

namespace Equipoise.Data;

/// <summary>Cuts texts into tokens, without making a string of each. One scanner is reused for all rows.</summary>
internal sealed class TokenScanner(bool lowercase)
{
    private readonly List<(int Start, int Length)> _tokens = [];
    private char[] _text = new char[256];
    private char[] _terms = new char[256];
    private int _length;

    /// <summary>How many tokens the last cut found.</summary>
    public int Count => _tokens.Count;

    /// <summary>A token of the last cut.</summary>
    public ReadOnlySpan<char> this[int token] => _terms.AsSpan(_tokens[token].Start, _tokens[token].Length);

    /// <summary>Takes the cells of a row, joined by a space. Missing cells are left out. False if all are missing.</summary>
    public bool Load(IReadOnlyList<TableColumn> columns, int row)
    {
        _length = 0;
        bool any = false;
        foreach (var column in columns)
        {
            if (column.Values[row] is not { } cell) continue;
            int start = any ? _length + 1 : 0;
            if (_text.Length < start + cell.Length) Array.Resize(ref _text, Math.Max(2 * _text.Length, start + cell.Length));
            if (any) _text[_length] = ' ';
            var target = _text.AsSpan(start, cell.Length);
            if (lowercase) cell.AsSpan().ToLowerInvariant(target);
            else cell.CopyTo(target);
            _length = start + cell.Length;
            any = true;
        }
        return any;
    }

    /// <summary>Words of at least so many characters.</summary>
    public void Words(int shortest)
    {
        Begin(_length);
        int start = -1;
        for (int i = 0; i <= _length;)
        {
            int size = i < _length ? WordCharacter(i) : 0;
            if (size > 0 && start < 0) start = i;
            if (size == 0 && start >= 0)
            {
                if (i - start >= shortest) _tokens.Add((start, i - start));
                start = -1;
            }
            i += Math.Max(size, 1);
        }
        _text.AsSpan(0, _length).CopyTo(_terms);
    }

    /// <summary>Runs of <paramref name="size"/> characters; a shorter text is one token, an empty one none.</summary>
    public void Characters(int size)
    {
        Begin(_length);
        _text.AsSpan(0, _length).CopyTo(_terms);
        Runs(0, _length, size, size, shortOnce: true);
    }

    /// <summary>Runs of <paramref name="smallest"/> to <paramref name="largest"/> words, parted by one space.</summary>
    public void WordNgrams(int shortest, int smallest, int largest)
    {
        Words(shortest);
        var words = _tokens.ToArray();
        int length = 0;
        for (int i = 0; i < words.Length; i++)
        {
            if (i > 0) _terms[length++] = ' ';
            _text.AsSpan(words[i].Start, words[i].Length).CopyTo(_terms.AsSpan(length)); // never overtakes: words are parted by at least one character
            words[i].Start = length;
            length += words[i].Length;
        }
        _tokens.Clear();
        for (int size = smallest; size <= Math.Min(largest, words.Length); size++)
            for (int i = 0; i + size <= words.Length; i++)
                _tokens.Add((words[i].Start, words[i + size - 1].Start + words[i + size - 1].Length - words[i].Start));
    }

    /// <summary>
    /// Runs of <paramref name="smallest"/> to <paramref name="largest"/> characters. White space of any length counts as one space.
    /// Within words: each word stands between two spaces, and a word shorter than a size gives itself, once. Otherwise over the whole text.
    /// </summary>
    public void CharacterNgrams(int smallest, int largest, bool withinWords)
    {
        Begin(_length + 2);
        int length = 0;
        if (withinWords) _terms[length++] = ' ';
        for (int i = 0; i < _length; i++)
        {
            char c = _text[i];
            if (!char.IsWhiteSpace(c)) _terms[length++] = c;
            else if (length == 0 || _terms[length - 1] != ' ') _terms[length++] = ' ';
        }
        if (!withinWords)
        {
            Runs(0, length, smallest, largest, shortOnce: false);
            return;
        }
        if (_terms[length - 1] != ' ') _terms[length++] = ' ';
        for (int start = 0; start < length - 1;)
        {
            int end = Array.IndexOf(_terms, ' ', start + 1, length - start - 1);
            Runs(start, end + 1, smallest, largest, shortOnce: true);
            start = end;
        }
    }

    private void Begin(int capacity)
    {
        _tokens.Clear();
        if (_terms.Length < capacity) _terms = new char[Math.Max(2 * _terms.Length, capacity)];
    }

    // All runs of each size within _terms[start..end], counted in code points. shortOnce: a stretch no longer than a size gives itself, and larger sizes are not tried.
    private void Runs(int start, int end, int smallest, int largest, bool shortOnce)
    {
        if (start == end) return;
        for (int size = smallest; size <= largest; size++)
        {
            int right = start;
            int inside = 0;
            while (inside < size && right < end)
            {
                right += Step(right, end);
                inside++;
            }
            if (inside < size)
            {
                if (shortOnce) _tokens.Add((start, end - start));
                return;
            }
            _tokens.Add((start, right - start));
            bool fits = right == end;
            for (int left = start; right < end;)
            {
                left += Step(left, end);
                right += Step(right, end);
                _tokens.Add((left, right - left));
            }
            if (fits && shortOnce) return;
        }
    }

    private int Step(int at, int end) => char.IsHighSurrogate(_terms[at]) && at + 1 < end && char.IsLowSurrogate(_terms[at + 1]) ? 2 : 1;

    // Length of the word character at i, 0 if it is none: letters, digits and other numbers, underscore.
    private int WordCharacter(int i)
    {
        char c = _text[i];
        if (char.IsAscii(c)) return char.IsAsciiLetterOrDigit(c) || c == '_' ? 1 : 0;
        if (Rune.DecodeFromUtf16(_text.AsSpan(i, _length - i), out var rune, out int length) != System.Buffers.OperationStatus.Done) return 0;
        return Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber ? length : 0;
    }
}
