#include <C_CkHttp.h>
#include <C_CkJsonObject.h>
#include <C_CkHttpResponse.h>
#include <stdio.h>
#include <stdlib.h>

void ChilkatSample(void)
    {
    HCkHttp http;
    HCkJsonObject json;
    HCkHttpResponse resp;
    char url[512];
    int respStatusCode;

    // This example assumes the Chilkat API to have been previously unlocked.
    // See Global Unlock Sample for sample code.

    http = CkHttp_Create();

    CkHttp_putAuthToken(http,getenv("BOATS_TOKEN"));

    // The following JSON is sent in the request body.

    // {
    //   "hull": {
    //     "paint": "red \"matt\"",
    //     "length": 12
    //   },
    //   "sold": false
    // }

    json = CkJsonObject_Create();
    CkJsonObject_UpdateString(json,"hull.paint","red \"matt\"");
    CkJsonObject_UpdateInt(json,"hull.length",12);
    CkJsonObject_UpdateBool(json,"sold",FALSE);

    CkHttp_SetRequestHeader(http,"X-Boat","1");

    snprintf(url,sizeof(url),"%s/v1/boats",getenv("BOATS_URL"));
    resp = CkHttp_PostJson3(http,url,"application/json",json);
    if (CkHttp_getLastMethodSuccess(http) == FALSE) {
        printf("%s\n",CkHttp_lastErrorText(http));
        CkHttp_Dispose(http);
        CkJsonObject_Dispose(json);
        return;
    }

    respStatusCode = CkHttpResponse_getStatusCode(resp);
    printf("Status: %d\n",respStatusCode);
    if (respStatusCode >= 400) {
        printf("Response Header:\n");
        printf("%s\n",CkHttpResponse_header(resp));
        printf("Response Body:\n");
        printf("%s\n",CkHttpResponse_bodyStr(resp));
        printf("Failed.\n");
        CkHttpResponse_Dispose(resp);
        CkHttp_Dispose(http);
        CkJsonObject_Dispose(json);
        return;
    }

    CkHttpResponse_Dispose(resp);
    printf("Success.\n");

    CkHttp_Dispose(http);
    CkJsonObject_Dispose(json);
    }
