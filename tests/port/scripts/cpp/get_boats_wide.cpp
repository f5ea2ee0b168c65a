#include <CkHttpW.h>
#include <CkStringBuilderW.h>
#include <CkJsonObjectW.h>
#include <stdio.h>
#include <wchar.h>
#include <string>

void ChilkatSample(void)
    {
    // This example assumes the Chilkat API to have been previously unlocked.
    // See Global Unlock Sample for sample code.

    CkHttpW http;
    bool success;

    CkStringBuilderW sbResponseBody;
    success = http.QuickGetSb((std::wstring(_wgetenv(L"BOATS_URL")) + L"/v1/boats?color=red").c_str(),sbResponseBody);
    if (success == false) {
        wprintf(L"%s\n",http.lastErrorText());
        return;
    }

    CkJsonObjectW jResp;
    jResp.LoadSb(sbResponseBody);
    jResp.put_EmitCompact(false);

    int respStatusCode = http.get_LastStatus();
    wprintf(L"Status: %d\n",respStatusCode);

    const wchar_t *name = 0;

    int i = 0;
    int count_i = jResp.SizeOfArray(L"boats");
    while (i < count_i) {
        jResp.put_I(i);
        name = jResp.stringOf(L"boats[i].name");
        wprintf(L"%s\n",name);
        i = i + 1;
    }
    }
