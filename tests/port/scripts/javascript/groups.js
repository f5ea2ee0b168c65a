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

    var queryParams = new chilkat.JsonObject();
    queryParams.UpdateString("status","active");
    queryParams.UpdateInt("page_size",300);

    // resp: HttpResponse
    var resp = http.QuickRequestParams("GET",process.env.BOATS_URL + "/v1/users",queryParams);
    if (http.LastMethodSuccess == false) {
        console.log(http.LastErrorText);
        return;
    }

    var sbResponseBody = new chilkat.StringBuilder();
    resp.GetBodySb(sbResponseBody);

    var json = new chilkat.JsonObject();
    json.LoadSb(sbResponseBody);

    var id;
    var name;
    var j;
    var count_j;

    var i = 0;
    var count_i = json.SizeOfArray("users");
    while (i < count_i) {
        json.I = i;
        id = json.StringOf("users[i].id");
        name = json.StringOf("users[i].name");
        console.log(id + " " + name);
        j = 0;
        count_j = json.SizeOfArray("users[i].group_ids");
        while (j < count_j) {
            json.J = j;
            console.log("  group " + json.StringOf("users[i].group_ids[j]"));
            j = j+1;
        }

        i = i+1;
    }

}

chilkatExample();
