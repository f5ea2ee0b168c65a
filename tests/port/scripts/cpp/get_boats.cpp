#include <CkHttp.h>
#include <CkStringBuilder.h>
#include <CkJsonObject.h>
#include <iostream>
#include <cstdlib>
#include <string>

void ChilkatSample(void)
    {
    // This example assumes the Chilkat API to have been previously unlocked.
    // See Global Unlock Sample for sample code.

    CkHttp http;
    bool success;

    CkStringBuilder sbResponseBody;
    success = http.QuickGetSb((std::string(std::getenv("BOATS_URL")) + "/v1/boats?color=red").c_str(),sbResponseBody);
    if (success == false) {
        std::cout << http.lastErrorText() << "\r\n";
        return;
    }

    CkJsonObject jResp;
    jResp.LoadSb(sbResponseBody);
    jResp.put_EmitCompact(false);

    int respStatusCode = http.get_LastStatus();
    std::cout << "Status: " << respStatusCode << "\r\n";

    const char *name = 0;

    int i = 0;
    int count_i = jResp.SizeOfArray("boats");
    while (i < count_i) {
        jResp.put_I(i);
        name = jResp.stringOf("boats[i].name");
        std::cout << name << "\r\n";
        i = i + 1;
    }
    }
