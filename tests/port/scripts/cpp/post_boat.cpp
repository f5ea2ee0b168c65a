#include <CkHttp.h>
#include <CkJsonObject.h>
#include <CkHttpResponse.h>
#include <iostream>
#include <cstdlib>
#include <string>

void ChilkatSample(void)
    {
    // This example assumes the Chilkat API to have been previously unlocked.
    // See Global Unlock Sample for sample code.

    CkHttp http;

    http.put_AuthToken(std::getenv("BOATS_TOKEN"));

    // The following JSON is sent in the request body.

    // {
    //   "hull": {
    //     "paint": "red \"matt\"",
    //     "length": 12
    //   },
    //   "sold": false
    // }

    CkJsonObject json;
    json.UpdateString("hull.paint","red \"matt\"");
    json.UpdateInt("hull.length",12);
    json.UpdateBool("sold",false);

    http.SetRequestHeader("X-Boat","1");

    std::string url = std::string(std::getenv("BOATS_URL")) + "/v1/boats";
    CkHttpResponse *resp = http.PostJson3(url.c_str(),"application/json",json);
    if (http.get_LastMethodSuccess() == false) {
        std::cout << http.lastErrorText() << "\r\n";
        return;
    }

    int respStatusCode = resp->get_StatusCode();
    std::cout << "Status: " << respStatusCode << "\r\n";
    if (respStatusCode >= 400) {
        std::cout << "Response Header:" << "\r\n";
        std::cout << resp->header() << "\r\n";
        std::cout << "Response Body:" << "\r\n";
        std::cout << resp->bodyStr() << "\r\n";
        std::cout << "Failed." << "\r\n";
        delete resp;
        return;
    }

    delete resp;
    std::cout << "Success." << "\r\n";
    }
