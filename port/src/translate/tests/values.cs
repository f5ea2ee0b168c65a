using System;
class P {
  static void Main() {
    var json = new Chilkat.JsonObject();
    var a = new int[3];
    a[0] = 1;
    Console.WriteLine(a[0]);
    Console.WriteLine(json.HasMember("x"));
    string[] names = new string[json.SizeOfArray("boats")];
    for (int i = 0; i < names.Length; i++) { names[i] = json.StringOf("boats[i].name"); }
    Console.WriteLine(string.Join(",", names));
    int n = json.IntOf("n");
    double x = n / 2;
    n += 1;
    Console.WriteLine(x);
    var by = new Dictionary<string, int>();
    by["a"] = 3;
    int total = by["a"];
    foreach (var k in by.Keys) Console.WriteLine(k);
    Console.WriteLine(total);
  }
}
