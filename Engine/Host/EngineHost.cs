namespace CarrierPay.Engine.Host; public static class EngineHost { public static void Main() { } }
