namespace CarrierPay.Simulator; public static class SimulatorApp { public static void Main() { } }
