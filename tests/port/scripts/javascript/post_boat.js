var os = require("os");
if (os.platform() == "win32") {
    var chilkat = require("@chilkat/ck-node21-win64");
} else if (os.platform() == "linux") {
    if (os.arch() == "arm") {
        var chilkat = require("@chilkat/ck-node21-linux-arm");
    } else if (os.arch() == "arm64") {
        var chilkat = require("@chilkat/ck-node21-linux-arm64");
    } else {
        var chilkat = require("@chilkat/ck-node21-linux-x64");
    }
} else if (os.platform() == "darwin") {
    var chilkat = require("@chilkat/ck-node21-mac-universal");
}

function chilkatExample() {

    // This example assumes the Chilkat API to have been previously unlocked.
    // See Global Unlock Sample for sample code.

    var http = new chilkat.Http();
    var success;

    http.AuthToken = process.env.BOATS_TOKEN;

    // The following JSON is sent in the request body.
    // {
    //   "hull": {
    //     "paint": "red \"matt\"",
    //     "length": 12
    //   },
    //   "sold": false
    // }

    var json = new chilkat.JsonObject();
    json.UpdateString("hull.paint","red \"matt\"");
    json.UpdateInt("hull.length",12);
    json.UpdateBool("sold",false);

    http.SetRequestHeader("X-Boat","1");

    // resp: HttpResponse
    var resp = http.PostJson3(process.env.BOATS_URL + "/v1/boats","application/json",json);
    if (http.LastMethodSuccess == false) {
        console.log(http.LastErrorText);
        return;
    }

    var respStatusCode = resp.StatusCode;
    console.log("Status: " + respStatusCode);
    if (respStatusCode >= 400) {
        console.log("Response Header:");
        console.log(resp.Header);
        console.log("Response Body:");
        console.log(resp.BodyStr);
        console.log("Failed.");
        return;
    }

    console.log("Success.");

}

chilkatExample();
