using System;
class P {
    static int Send(Chilkat.Http http) {
        try {
            var a = new int[] { 1, 2 };
            foreach (var x in a.Where(z => z > 1)) { return 3; }
        } catch (Exception e) { return -1; }
        return 1;
    }
    static void Fill(Chilkat.JsonObject json, string a, string b, string c, string d, string e, string f, string g) {
        json.UpdateString(a, b + c + d + e + f + g);
    }
    static int Main() {
        var http = new Chilkat.Http();
        int found = 0;
        int[] codes = { 1, 2, 3 };
        for (int i = 0; i < 3; i++) {
            found += codes[i] << 1;
        }
        Console.WriteLine(found);
        if (found == 0) { Console.WriteLine("none"); return 3; }
        byte[] data = System.IO.File.ReadAllBytes("x.bin");
        var resp = http.PBinary("POST", "https://a.example", data, "x/y", false, false);
        Console.WriteLine(Send(http));
        var json = new Chilkat.JsonObject();
        Fill(json, "a", "b", "c", "d", "e", "f", "g");
        Console.WriteLine(json.Emit());
        string token = Environment.GetEnvironmentVariable("BOATS_TOKEN");
        if (string.IsNullOrEmpty(token)) { Console.Error.WriteLine("BOATS_TOKEN is not set"); return 2; }
        http.AuthToken = token;
        return 0;
    }
}
