private void button1_Click(object sender, EventArgs e) {
// This example assumes the Chilkat API to have been previously unlocked.
// See Global Unlock Sample for sample code.

Chilkat.Http http = new Chilkat.Http();
bool success;

http.AuthToken = Environment.GetEnvironmentVariable("BOATS_TOKEN");

// Use this online tool to generate code from sample JSON: Generate Code to Create JSON

// The following JSON is sent in the request body.

// {
//   "hull": {
//     "paint": "red \"matt\"",
//     "length": 12
//   },
//   "sold": false
// }

Chilkat.JsonObject json = new Chilkat.JsonObject();
json.UpdateString("hull.paint","red \"matt\"");
json.UpdateInt("hull.length",12);
json.UpdateBool("sold",false);

http.SetRequestHeader("X-Boat","1");

Chilkat.HttpResponse resp = http.PostJson3(Environment.GetEnvironmentVariable("BOATS_URL") + "/v1/boats","application/json",json);
if (http.LastMethodSuccess == false) {
    Debug.WriteLine(http.LastErrorText);
    return;
}

int respStatusCode = resp.StatusCode;
Debug.WriteLine("Status: " + Convert.ToString(respStatusCode));
if (respStatusCode >= 400) {
    Debug.WriteLine("Response Header:");
    Debug.WriteLine(resp.Header);
    Debug.WriteLine("Response Body:");
    Debug.WriteLine(resp.BodyStr);
    Debug.WriteLine("Failed.");
    return;
}

Debug.WriteLine("Success.");
}
