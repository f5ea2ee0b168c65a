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

    var sbResponseBody = new chilkat.StringBuilder();
    success = http.QuickGetSb(process.env.BOATS_URL + "/v1/boats?color=red",sbResponseBody);
    if (success == false) {
        console.log(http.LastErrorText);
        return;
    }

    var json = new chilkat.JsonObject();
    json.LoadSb(sbResponseBody);

    console.log("Status: " + http.LastStatus);

    var i = 0;
    var count_i = json.SizeOfArray("boats");
    while (i < count_i) {
        json.I = i;
        console.log(json.StringOf("boats[i].name"));
        i = i+1;
    }

}

chilkatExample();
