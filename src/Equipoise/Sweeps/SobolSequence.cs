using System.Numerics;
using Equipoise.Engine.Randomness;

namespace Equipoise.Sweeps;

/// <summary>Sobol's sequence: points of the unit cube that leave no gaps. Any 2^k first points have exactly one in each 2^-k part of every axis.</summary>
/// <remarks>
/// Coordinate d of point i is the sum modulo 2 of direction numbers v_d,b over the set bits b of i (not in Gray code order, so that any point can be had alone). v_d,b = m_d,b / 2^b, where m follows the recurrence of a primitive
/// polynomial from odd starting numbers m_d,b &lt; 2^b. <see cref="Scrambled"/> is Owen's nested scrambling: each binary digit is flipped or not by a random bit of its own for every value of the digits before it; evenness stays, and every point is
/// uniform by itself. Polynomials and starting numbers: Joe and Kuo, "Constructing Sobol' sequences with better two-dimensional projections", 2008, the first 16 dimensions. Scrambling: Owen, "Randomly permuted
/// (t,m,s)-nets and (t,s)-sequences", 1995.
/// </remarks>
public static class SobolSequence
{
    /// <summary>Coordinates at the most.</summary>
    public const int Dimensions = 16;

    private const int Bits = 32;

    // Of the dimensions from the second on: degree, inner coefficients of the polynomial, starting numbers.
    private static readonly (int Degree, int Polynomial, uint[] Starts)[] Rules =
    [
        (1, 0, [1]), (2, 1, [1, 3]), (3, 1, [1, 3, 1]), (3, 2, [1, 1, 1]), (4, 1, [1, 1, 3, 3]), (4, 4, [1, 3, 5, 13]), (5, 2, [1, 1, 5, 5, 17]), (5, 4, [1, 1, 5, 5, 5]),
        (5, 7, [1, 1, 7, 11, 19]), (5, 11, [1, 1, 5, 1, 1]), (5, 13, [1, 1, 1, 3, 11]), (5, 14, [1, 3, 5, 5, 31]), (6, 1, [1, 3, 3, 9, 7, 49]), (6, 13, [1, 1, 1, 15, 21, 21]), (6, 16, [1, 3, 1, 13, 27, 49]),
    ];

    private static readonly uint[][] Directions = [.. Enumerable.Range(0, Dimensions).Select(Direct)];

    /// <summary>A coordinate of a point, in [0, 1), a multiple of 2^-32.</summary>
    /// <param name="index">The point, from 0, which is the origin.</param>
    /// <param name="dimension">The coordinate, from 0.</param>
    public static double At(uint index, int dimension) => Digits(index, dimension) * (1.0 / 4294967296);

    /// <summary>The same, scrambled.</summary>
    /// <param name="index">The point, from 0.</param>
    /// <param name="dimension">The coordinate, from 0.</param>
    /// <param name="random">Decides the scrambling; the same for all points and coordinates.</param>
    public static double Scrambled(uint index, int dimension, RandomStream random)
    {
        uint digits = Digits(index, dimension), scrambled = 0;
        var stream = random.Derive((ulong)dimension);
        for (int bit = 0; bit < Bits; bit++)
        {
            // The digits before this one, with a leading 1 that tells 0 from 00.
            ulong before = bit == 0 ? 1 : (1ul << bit) | (digits >> (Bits - bit));
            uint flip = (uint)(stream.At(before) >> 63);
            scrambled = (scrambled << 1) | (((digits >> (Bits - 1 - bit)) & 1) ^ flip);
        }
        return scrambled * (1.0 / 4294967296);
    }

    private static uint Digits(uint index, int dimension)
    {
        uint[] directions = Directions[dimension];
        uint digits = 0;
        for (; index != 0; index &= index - 1) digits ^= directions[BitOperations.TrailingZeroCount(index)];
        return digits;
    }

    private static uint[] Direct(int dimension)
    {
        var v = new uint[Bits];
        if (dimension == 0)
        {
            for (int b = 0; b < Bits; b++) v[b] = 1u << (Bits - 1 - b);
            return v;
        }
        var (degree, polynomial, starts) = Rules[dimension - 1];
        for (int b = 0; b < Bits; b++)
        {
            if (b < degree)
            {
                v[b] = starts[b] << (Bits - 1 - b);
                continue;
            }
            v[b] = v[b - degree] ^ (v[b - degree] >> degree);
            for (int k = 1; k < degree; k++)
            {
                if (((polynomial >> (degree - 1 - k)) & 1) != 0) v[b] ^= v[b - k];
            }
        }
        return v;
    }
}
