using System;

public class Program
{
    public static void Main()
    {
        // This example assumes the Chilkat API to have been previously unlocked.
        Chilkat.Http http = new Chilkat.Http();

        Chilkat.JsonObject queryParams = new Chilkat.JsonObject();
        queryParams.UpdateString("status","active");
        queryParams.UpdateInt("page_size",300);

        Chilkat.HttpResponse resp = http.QuickRequestParams("GET",Environment.GetEnvironmentVariable("BOATS_URL") + "/v1/users",queryParams);
        if (http.LastMethodSuccess == false) {
            Console.WriteLine(http.LastErrorText);
            return;
        }

        Chilkat.StringBuilder sbResponseBody = new Chilkat.StringBuilder();
        resp.GetBodySb(sbResponseBody);

        Chilkat.JsonObject jResp = new Chilkat.JsonObject();
        jResp.LoadSb(sbResponseBody);

        string id;
        string name;
        string group_id;
        int j;
        int count_j;

        int i = 0;
        int count_i = jResp.SizeOfArray("users");
        while (i < count_i) {
            jResp.I = i;
            id = jResp.StringOf("users[i].id");
            name = jResp.StringOf("users[i].name");
            Console.WriteLine(id + " " + name);
            j = 0;
            count_j = jResp.SizeOfArray("users[i].group_ids");
            while (j < count_j) {
                jResp.J = j;
                group_id = jResp.StringOf("users[i].group_ids[j]");
                Console.WriteLine("  group " + group_id);
                j = j + 1;
            }

            i = i + 1;
        }
    }
}
