#include <C_CkHttp.h>
#include <C_CkStringBuilder.h>
#include <C_CkJsonObject.h>
#include <stdio.h>
#include <stdlib.h>

void ChilkatSample(void)
    {
    HCkHttp http;
    BOOL success;
    HCkStringBuilder sbResponseBody;
    HCkJsonObject jResp;
    char url[512];
    int respStatusCode;
    const char *name;
    int i;
    int count_i;

    // This example assumes the Chilkat API to have been previously unlocked.
    // See Global Unlock Sample for sample code.

    http = CkHttp_Create();

    sbResponseBody = CkStringBuilder_Create();
    snprintf(url,sizeof(url),"%s/v1/boats?color=red",getenv("BOATS_URL"));
    success = CkHttp_QuickGetSb(http,url,sbResponseBody);
    if (success == FALSE) {
        printf("%s\n",CkHttp_lastErrorText(http));
        CkHttp_Dispose(http);
        CkStringBuilder_Dispose(sbResponseBody);
        return;
    }

    jResp = CkJsonObject_Create();
    CkJsonObject_LoadSb(jResp,sbResponseBody);
    CkJsonObject_putEmitCompact(jResp,FALSE);

    respStatusCode = CkHttp_getLastStatus(http);
    printf("Status: %d\n",respStatusCode);

    i = 0;
    count_i = CkJsonObject_SizeOfArray(jResp,"boats");
    while (i < count_i) {
        CkJsonObject_putI(jResp,i);
        name = CkJsonObject_stringOf(jResp,"boats[i].name");
        printf("%s\n",name);
        i = i + 1;
    }

    CkHttp_Dispose(http);
    CkStringBuilder_Dispose(sbResponseBody);
    CkJsonObject_Dispose(jResp);
    }
