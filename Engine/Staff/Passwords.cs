using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace CarrierPay.Engine.Staff;

/// <summary>Hashes, verifies and makes the passwords of the staff.</summary>
/// <remarks>ASP.NET's PasswordHasher, format 3: PBKDF2 with HMAC-SHA512 and a salt of 128 bits. 210,000 rounds are OWASP's advice for it (Password Storage Cheat Sheet, 2023).</remarks>
public static class Passwords
{
    public const int Shortest = 12;
    public const int Longest = 128;
    private const int Rounds = 210_000;

    // Without 0 O, 1 I L, U: it is read from a terminal and typed.
    private const string Alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

    private static readonly PasswordHasher<string> Hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Rounds }));
    private static readonly string HashOfNobody = Hasher.HashPassword("", OneTime());

    public static string Hash(string password) => Hasher.HashPassword("", password);

    public static bool Verify(string hash, string password) => Hasher.VerifyHashedPassword("", hash, password) != PasswordVerificationResult.Failed;

    /// <summary>Takes as long as <see cref="Verify"/>, so that the time of an answer does not tell whether a name exists.</summary>
    public static void VerifyNobody(string password) => Verify(HashOfNobody, password);

    /// <summary>Sixteen characters of 30 (78 bits) in groups of four: <c>K7Q2-M9XW-...</c>.</summary>
    public static string OneTime()
    {
        var characters = RandomNumberGenerator.GetString(Alphabet, 16);
        return string.Join('-', characters.Chunk(4).Select(group => new string(group)));
    }
}
