#include <CkHttp.h>
#include <CkJsonObject.h>
#include <CkHttpResponse.h>
#include <CkStringBuilder.h>
#include <iostream>
#include <cstdlib>
#include <string>

void ChilkatSample(void)
    {
    // This example assumes the Chilkat API to have been previously unlocked.
    // See Global Unlock Sample for sample code.

    CkHttp http;

    CkJsonObject queryParams;
    queryParams.UpdateString("status","active");
    queryParams.UpdateInt("page_size",300);

    std::string url = std::string(std::getenv("BOATS_URL")) + "/v1/users";
    CkHttpResponse *resp = http.QuickRequestParams("GET",url.c_str(),queryParams);
    if (http.get_LastMethodSuccess() == false) {
        std::cout << http.lastErrorText() << "\r\n";
        return;
    }

    CkStringBuilder sbResponseBody;
    resp->GetBodySb(sbResponseBody);
    delete resp;

    CkJsonObject jResp;
    jResp.LoadSb(sbResponseBody);

    const char *id = 0;
    const char *name = 0;
    const char *group_id = 0;
    int j;
    int count_j;

    int i = 0;
    int count_i = jResp.SizeOfArray("users");
    while (i < count_i) {
        jResp.put_I(i);
        id = jResp.stringOf("users[i].id");
        std::cout << id;
        name = jResp.stringOf("users[i].name");
        std::cout << " " << name << "\r\n";
        j = 0;
        count_j = jResp.SizeOfArray("users[i].group_ids");
        while (j < count_j) {
            jResp.put_J(j);
            group_id = jResp.stringOf("users[i].group_ids[j]");
            std::cout << "  group " << group_id << "\r\n";
            j = j + 1;
        }

        i = i + 1;
    }
    }
