#include <C_CkHttp.h>
#include <C_CkHttpRequest.h>
#include <C_CkJsonObject.h>
#include <C_CkHttpResponse.h>
#include <stdio.h>
#include <stdlib.h>

void ChilkatSample(void)
    {
    HCkHttp http;
    BOOL success;
    HCkHttpRequest req;
    HCkJsonObject json;
    HCkHttpResponse resp;
    char authorization[512];
    int respStatusCode;

    // This example assumes the Chilkat API to have been previously unlocked.
    // See Global Unlock Sample for sample code.

    http = CkHttp_Create();

    req = CkHttpRequest_Create();
    CkHttpRequest_putHttpVerb(req,"POST");
    CkHttpRequest_putPath(req,"/v1/boats/7/picture");
    CkHttpRequest_putContentType(req,"multipart/form-data");
    CkHttpRequest_AddParam(req,"title","In the harbour");

    json = CkJsonObject_Create();
    CkJsonObject_UpdateInt(json,"crop.x",10);
    CkJsonObject_UpdateInt(json,"crop.y",20);
    CkHttpRequest_AddStringForUpload2(req,"meta","",CkJsonObject_emit(json),"utf-8","application/json");

    success = CkHttpRequest_AddFileForUpload2(req,"picture","boat.png","image/png");

    snprintf(authorization,sizeof(authorization),"Bearer %s",getenv("BOATS_TOKEN"));
    CkHttpRequest_AddHeader(req,"Authorization",authorization);

    resp = CkHttp_SynchronousRequest(http,getenv("BOATS_DOMAIN"),atoi(getenv("BOATS_PORT")),FALSE,req);
    if (CkHttp_getLastMethodSuccess(http) == FALSE) {
        printf("%s\n",CkHttp_lastErrorText(http));
        CkHttp_Dispose(http);
        CkHttpRequest_Dispose(req);
        CkJsonObject_Dispose(json);
        return;
    }

    respStatusCode = CkHttpResponse_getStatusCode(resp);
    printf("Status: %d\n",respStatusCode);
    if (respStatusCode != 201) {
        printf("Response Header:\n");
        printf("%s\n",CkHttpResponse_header(resp));
        printf("Response Body:\n");
        printf("%s\n",CkHttpResponse_bodyStr(resp));
        printf("Failed.\n");
        CkHttpResponse_Dispose(resp);
        CkHttp_Dispose(http);
        CkHttpRequest_Dispose(req);
        CkJsonObject_Dispose(json);
        return;
    }

    CkHttpResponse_Dispose(resp);
    printf("Success.\n");

    CkHttp_Dispose(http);
    CkHttpRequest_Dispose(req);
    CkJsonObject_Dispose(json);
    }
