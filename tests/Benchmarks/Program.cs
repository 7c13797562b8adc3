namespace CarrierPay.Benchmarks; public static class Program { public static void Main() { } }
