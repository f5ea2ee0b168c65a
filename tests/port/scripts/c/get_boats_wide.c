#include <C_CkHttpW.h>
#include <C_CkStringBuilderW.h>
#include <C_CkJsonObjectW.h>
#include <stdio.h>
#include <wchar.h>

void ChilkatSample(void)
    {
    HCkHttpW http;
    BOOL success;
    HCkStringBuilderW sbResponseBody;
    HCkJsonObjectW jResp;
    wchar_t url[512];
    int respStatusCode;
    const wchar_t *name;
    int i;
    int count_i;

    // This example assumes the Chilkat API to have been previously unlocked.
    // See Global Unlock Sample for sample code.

    http = CkHttpW_Create();

    sbResponseBody = CkStringBuilderW_Create();
    swprintf(url,512,L"%ls/v1/boats?color=red",_wgetenv(L"BOATS_URL"));
    success = CkHttpW_QuickGetSb(http,url,sbResponseBody);
    if (success == FALSE) {
        wprintf(L"%ls\n",CkHttpW_lastErrorText(http));
        CkHttpW_Dispose(http);
        CkStringBuilderW_Dispose(sbResponseBody);
        return;
    }

    jResp = CkJsonObjectW_Create();
    CkJsonObjectW_LoadSb(jResp,sbResponseBody);
    CkJsonObjectW_putEmitCompact(jResp,FALSE);

    respStatusCode = CkHttpW_getLastStatus(http);
    wprintf(L"Status: %d\n",respStatusCode);

    i = 0;
    count_i = CkJsonObjectW_SizeOfArray(jResp,L"boats");
    while (i < count_i) {
        CkJsonObjectW_putI(jResp,i);
        name = CkJsonObjectW_stringOf(jResp,L"boats[i].name");
        wprintf(L"%ls\n",name);
        i = i + 1;
    }

    CkHttpW_Dispose(http);
    CkStringBuilderW_Dispose(sbResponseBody);
    CkJsonObjectW_Dispose(jResp);
    }
