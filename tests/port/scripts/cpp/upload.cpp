#include <CkHttp.h>
#include <CkHttpRequest.h>
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
    bool success;

    CkHttpRequest req;
    req.put_HttpVerb("POST");
    req.put_Path("/v1/boats/7/picture");
    req.put_ContentType("multipart/form-data");
    req.AddParam("title","In the harbour");

    CkJsonObject json;
    json.UpdateInt("crop.x",10);
    json.UpdateInt("crop.y",20);
    req.AddStringForUpload2("meta","",json.emit(),"utf-8","application/json");

    success = req.AddFileForUpload2("picture","boat.png","image/png");

    std::string authorization = "Bearer ";
    authorization += std::getenv("BOATS_TOKEN");
    req.AddHeader("Authorization",authorization.c_str());

    int port = std::atoi(std::getenv("BOATS_PORT"));
    CkHttpResponse *resp = http.SynchronousRequest(std::getenv("BOATS_DOMAIN"),port,false,req);
    if (http.get_LastMethodSuccess() == false) {
        std::cout << http.lastErrorText() << "\r\n";
        return;
    }

    int respStatusCode = resp->get_StatusCode();
    std::cout << "Status: " << respStatusCode << "\r\n";
    if (respStatusCode != 201) {
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
