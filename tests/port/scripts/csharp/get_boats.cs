// This example assumes the Chilkat API to have been previously unlocked.
// See Global Unlock Sample for sample code.

Chilkat.Http http = new Chilkat.Http();
bool success;

Chilkat.StringBuilder sbResponseBody = new Chilkat.StringBuilder();
success = http.QuickGetSb(Environment.GetEnvironmentVariable("BOATS_URL") + "/v1/boats?color=red",sbResponseBody);
if (success == false) {
    Debug.WriteLine(http.LastErrorText);
    return;
}

Chilkat.JsonObject jResp = new Chilkat.JsonObject();
jResp.LoadSb(sbResponseBody);
jResp.EmitCompact = false;

int respStatusCode = http.LastStatus;
Debug.WriteLine("Status: " + Convert.ToString(respStatusCode));

// Sample JSON response:
// { "boats": [ { "name": "Ida", "length": 12 }, { "name": "Zoë", "length": 7 } ] }

string name;

int i = 0;
int count_i = jResp.SizeOfArray("boats");
while (i < count_i) {
    jResp.I = i;
    name = jResp.StringOf("boats[i].name");
    Debug.WriteLine(name);
    i = i + 1;
}
