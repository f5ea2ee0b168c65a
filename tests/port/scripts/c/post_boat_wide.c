#include <C_CkHttpW.h>
#include <C_CkJsonObjectW.h>
#include <C_CkHttpResponseW.h>
#include <stdio.h>
#include <wchar.h>

void ChilkatSample(void)
    {
    HCkHttpW http;
    HCkJsonObjectW json;
    HCkHttpResponseW resp;
    wchar_t url[512];
    int respStatusCode;

    // This example assumes the Chilkat API to have been previously unlocked.
    // See Global Unlock Sample for sample code.

    http = CkHttpW_Create();

    CkHttpW_putAuthToken(http,_wgetenv(L"BOATS_TOKEN"));

    // The following JSON is sent in the request body.

    // {
    //   "hull": {
    //     "paint": "red \"matt\"",
    //     "length": 12
    //   },
    //   "sold": false
    // }

    json = CkJsonObjectW_Create();
    CkJsonObjectW_UpdateString(json,L"hull.paint",L"red \"matt\"");
    CkJsonObjectW_UpdateInt(json,L"hull.length",12);
    CkJsonObjectW_UpdateBool(json,L"sold",FALSE);

    CkHttpW_SetRequestHeader(http,L"X-Boat",L"1");

    swprintf(url,512,L"%ls/v1/boats",_wgetenv(L"BOATS_URL"));
    resp = CkHttpW_PostJson3(http,url,L"application/json",json);
    if (CkHttpW_getLastMethodSuccess(http) == FALSE) {
        wprintf(L"%ls\n",CkHttpW_lastErrorText(http));
        CkHttpW_Dispose(http);
        CkJsonObjectW_Dispose(json);
        return;
    }

    respStatusCode = CkHttpResponseW_getStatusCode(resp);
    wprintf(L"Status: %d\n",respStatusCode);
    if (respStatusCode >= 400) {
        wprintf(L"Response Header:\n");
        wprintf(L"%ls\n",CkHttpResponseW_header(resp));
        wprintf(L"Response Body:\n");
        wprintf(L"%ls\n",CkHttpResponseW_bodyStr(resp));
        wprintf(L"Failed.\n");
        CkHttpResponseW_Dispose(resp);
        CkHttpW_Dispose(http);
        CkJsonObjectW_Dispose(json);
        return;
    }

    CkHttpResponseW_Dispose(resp);
    wprintf(L"Success.\n");

    CkHttpW_Dispose(http);
    CkJsonObjectW_Dispose(json);
    }
