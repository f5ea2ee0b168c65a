#include <CkHttpW.h>
#include <CkJsonObjectW.h>
#include <CkHttpResponseW.h>
#include <stdio.h>
#include <wchar.h>
#include <string>

void ChilkatSample(void)
    {
    // This example assumes the Chilkat API to have been previously unlocked.
    // See Global Unlock Sample for sample code.

    CkHttpW http;

    http.put_AuthToken(_wgetenv(L"BOATS_TOKEN"));

    // The following JSON is sent in the request body.

    // {
    //   "hull": {
    //     "paint": "red \"matt\"",
    //     "length": 12
    //   },
    //   "sold": false
    // }

    CkJsonObjectW json;
    json.UpdateString(L"hull.paint",L"red \"matt\"");
    json.UpdateInt(L"hull.length",12);
    json.UpdateBool(L"sold",false);

    http.SetRequestHeader(L"X-Boat",L"1");

    std::wstring url = std::wstring(_wgetenv(L"BOATS_URL")) + L"/v1/boats";
    CkHttpResponseW *resp = http.PostJson3(url.c_str(),L"application/json",json);
    if (http.get_LastMethodSuccess() == false) {
        wprintf(L"%s\n",http.lastErrorText());
        return;
    }

    int respStatusCode = resp->get_StatusCode();
    wprintf(L"Status: %d\n",respStatusCode);
    if (respStatusCode >= 400) {
        wprintf(L"Response Header:\n");
        wprintf(L"%s\n",resp->header());
        wprintf(L"Response Body:\n");
        wprintf(L"%s\n",resp->bodyStr());
        wprintf(L"Failed.\n");
        delete resp;
        return;
    }

    delete resp;
    wprintf(L"Success.\n");
    }
