// This example assumes the Chilkat API to have been previously unlocked.
// See Global Unlock Sample for sample code.

Chilkat.Http http = new Chilkat.Http();
bool success;

Chilkat.HttpRequest req = new Chilkat.HttpRequest();
req.HttpVerb = "POST";
req.Path = "/v1/boats/7/picture";
req.ContentType = "multipart/form-data";
req.AddParam("title","In the harbour");

Chilkat.JsonObject json = new Chilkat.JsonObject();
json.UpdateInt("crop.x",10);
json.UpdateInt("crop.y",20);
req.AddStringForUpload2("meta","",json.Emit(),"utf-8","application/json");

success = req.AddFileForUpload2("picture","boat.png","image/png");

req.AddHeader("Authorization","Bearer " + Environment.GetEnvironmentVariable("BOATS_TOKEN"));

string domain = Environment.GetEnvironmentVariable("BOATS_DOMAIN");
int port = Convert.ToInt32(Environment.GetEnvironmentVariable("BOATS_PORT"));
Chilkat.HttpResponse resp = http.SynchronousRequest(domain,port,false,req);
if (http.LastMethodSuccess == false) {
    Debug.WriteLine(http.LastErrorText);
    return;
}

int respStatusCode = resp.StatusCode;
Debug.WriteLine("Status: " + Convert.ToString(respStatusCode));
if (respStatusCode != 201) {
    Debug.WriteLine("Response Header:");
    Debug.WriteLine(resp.Header);
    Debug.WriteLine("Response Body:");
    Debug.WriteLine(resp.BodyStr);
    Debug.WriteLine("Failed.");
    return;
}

Debug.WriteLine("Success.");
