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

    var req = new chilkat.HttpRequest();
    req.HttpVerb = "POST";
    req.Path = "/v1/boats/7/picture";
    req.ContentType = "multipart/form-data";
    req.AddParam("title","In the harbour");

    var json = new chilkat.JsonObject();
    json.UpdateInt("crop.x",10);
    json.UpdateInt("crop.y",20);
    req.AddStringForUpload2("meta","",json.Emit(),"utf-8","application/json");

    success = req.AddFileForUpload2("picture","boat.png","image/png");

    req.AddHeader("Authorization","Bearer " + process.env.BOATS_TOKEN);

    // resp: HttpResponse
    var resp = http.SynchronousRequest(process.env.BOATS_DOMAIN,parseInt(process.env.BOATS_PORT, 10),false,req);
    if (http.LastMethodSuccess == false) {
        console.log(http.LastErrorText);
        return;
    }

    var respStatusCode = resp.StatusCode;
    console.log("Status: " + respStatusCode);
    if (respStatusCode !== 201) {
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
