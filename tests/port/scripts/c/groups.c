#include <C_CkHttp.h>
#include <C_CkJsonObject.h>
#include <C_CkHttpResponse.h>
#include <C_CkStringBuilder.h>
#include <stdio.h>
#include <stdlib.h>

void ChilkatSample(void)
    {
    HCkHttp http;
    HCkJsonObject queryParams;
    HCkHttpResponse resp;
    HCkStringBuilder sbResponseBody;
    HCkJsonObject jResp;
    char url[512];
    const char *id;
    const char *name;
    const char *group_id;
    int i;
    int j;
    int count_i;
    int count_j;

    // This example assumes the Chilkat API to have been previously unlocked.
    // See Global Unlock Sample for sample code.

    http = CkHttp_Create();

    queryParams = CkJsonObject_Create();
    CkJsonObject_UpdateString(queryParams,"status","active");
    CkJsonObject_UpdateInt(queryParams,"page_size",300);

    snprintf(url,sizeof(url),"%s/v1/users",getenv("BOATS_URL"));
    resp = CkHttp_QuickRequestParams(http,"GET",url,queryParams);
    if (CkHttp_getLastMethodSuccess(http) == FALSE) {
        printf("%s\n",CkHttp_lastErrorText(http));
        CkHttp_Dispose(http);
        CkJsonObject_Dispose(queryParams);
        return;
    }

    sbResponseBody = CkStringBuilder_Create();
    CkHttpResponse_GetBodySb(resp,sbResponseBody);
    CkHttpResponse_Dispose(resp);

    jResp = CkJsonObject_Create();
    CkJsonObject_LoadSb(jResp,sbResponseBody);

    i = 0;
    count_i = CkJsonObject_SizeOfArray(jResp,"users");
    while (i < count_i) {
        CkJsonObject_putI(jResp,i);
        id = CkJsonObject_stringOf(jResp,"users[i].id");
        printf("%s ",id);
        name = CkJsonObject_stringOf(jResp,"users[i].name");
        printf("%s\n",name);
        j = 0;
        count_j = CkJsonObject_SizeOfArray(jResp,"users[i].group_ids");
        while (j < count_j) {
            CkJsonObject_putJ(jResp,j);
            group_id = CkJsonObject_stringOf(jResp,"users[i].group_ids[j]");
            printf("  group %s\n",group_id);
            j = j + 1;
        }

        i = i + 1;
    }

    CkHttp_Dispose(http);
    CkJsonObject_Dispose(queryParams);
    CkStringBuilder_Dispose(sbResponseBody);
    CkJsonObject_Dispose(jResp);
    }
