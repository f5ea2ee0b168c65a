using System;
using System.Collections.Generic;

namespace Harbour
{
    /// <summary>Fetches boats and reports their names.</summary>
    internal static class Program
    {
        private static readonly string BaseUrl = Environment.GetEnvironmentVariable("BOATS_URL");

        private static string Describe(string name, int length)
        {
            string kind = length >= 10 ? "ship" : "boat";
            return $"{name} ({kind}, {length} m)";
        }

        // Returns the boat, or null where the server has none.
        private static Chilkat.JsonObject FetchBoat(Chilkat.Http http, int id)
        {
            Chilkat.HttpResponse resp = http.QuickRequest("GET", BaseUrl + "/v1/boats/" + id);
            if (resp == null)
            {
                throw new Exception("no response for boat " + id);
            }

            if (resp.StatusCode != 200)
            {
                Console.WriteLine($"boat {id}: status {resp.StatusCode}");
                return null;
            }

            var json = new Chilkat.JsonObject();
            json.Load(resp.BodyStr);
            return json;
        }

        private static int Main(string[] args)
        {
            var http = new Chilkat.Http();
            var names = new List<string>();

            try
            {
                foreach (int id in new[] { 3, 5, 8 })
                {
                    Chilkat.JsonObject boat = FetchBoat(http, id);
                    if (boat == null)
                    {
                        continue;
                    }

                    string name = boat.StringOf("name");
                    Console.WriteLine(Describe(name, boat.IntOf("length")));
                    names.Add(name);
                }
            }
            catch (Exception ex)
            {
                Console.WriteLine("Failed: " + ex.Message);
                return 1;
            }

            if (names.Count == 0)
            {
                Console.WriteLine("no boats");
                return 1;
            }

            var report = new Chilkat.JsonObject();
            report.UpdateInt("count", names.Count);
            report.UpdateString("names", string.Join(", ", names));
            http.PostJson2(BaseUrl + "/v1/report", "application/json", report.Emit());
            Console.WriteLine($"Reported {names.Count} boats");
            return 0;
        }
    }
}
