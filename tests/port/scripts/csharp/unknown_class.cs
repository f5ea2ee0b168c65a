using System;

class Program
{
    static void Main()
    {
        // The picture's archive lies beside the program.
        Chilkat.Zip zip = new Chilkat.Zip();
        bool opened = zip.OpenZip("boats.zip");
        int count = zip.NumEntries;
        Console.WriteLine("Archive: " + opened + ", " + count + " entries");
        zip.CloseZip();

        Chilkat.Http http = new Chilkat.Http();
        string text = http.QuickGetStr(Environment.GetEnvironmentVariable("BOATS_URL") + "/v1/boats/3");
        if (http.LastMethodSuccess == false)
        {
            Console.WriteLine(http.LastErrorText);
            return;
        }

        Chilkat.JsonObject json = new Chilkat.JsonObject();
        json.Load(text);
        Console.WriteLine("Name: " + json.StringOf("name"));
    }
}
