/*
 * Fetches boats and reports their names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <C_CkHttp.h>
#include <C_CkHttpResponse.h>
#include <C_CkJsonObject.h>

#define SHIP_LENGTH 10

static void describe(const char *name, int length, char *text) {
    const char *kind = length >= SHIP_LENGTH ? "ship" : "boat";
    sprintf(text, "%s (%s, %d m)", name, kind, length);
}

/* Loads a boat. Returns the status, or -1 without a response. */
static int fetch(HCkHttp http, const char *base_url, int id, HCkJsonObject boat) {
    char url[512];
    HCkHttpResponse resp;
    int status;

    snprintf(url, sizeof(url), "%s/v1/boats/%d", base_url, id);
    resp = CkHttp_QuickRequest(http, "GET", url);
    if (resp == NULL) {
        return -1;
    }
    status = CkHttpResponse_getStatusCode(resp);
    if (status == 200) {
        CkJsonObject_Load(boat, CkHttpResponse_bodyStr(resp));
    }
    CkHttpResponse_Dispose(resp);
    return status;
}

int main(void) {
    static const int ids[] = {3, 5, 8};
    const char *base_url = getenv("BOATS_URL");
    HCkHttp http = CkHttp_Create();
    char names[1024] = "";
    char text[256];
    char url[512];
    int count = 0;

    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        HCkJsonObject boat = CkJsonObject_Create();
        int status = fetch(http, base_url, ids[i], boat);
        if (status < 0) {
            printf("Failed: no response for boat %d\n", ids[i]);
            return 1;
        } else if (status != 200) {
            printf("boat %d: status %d\n", ids[i], status);
            CkJsonObject_Dispose(boat);
            continue;
        }
        const char *name = CkJsonObject_stringOf(boat, "name");
        describe(name, CkJsonObject_IntOf(boat, "length"), text);
        printf("%s\n", text);
        if (count > 0) {
            strcat(names, ", ");
        }
        strcat(names, name);
        count++;
        CkJsonObject_Dispose(boat);
    }

    if (!count) {
        puts("no boats");
        return 1;
    }

    HCkJsonObject report = CkJsonObject_Create();
    CkJsonObject_UpdateInt(report, "count", count);
    CkJsonObject_UpdateString(report, "names", names);
    snprintf(url, sizeof(url), "%s/v1/report", base_url);
    HCkHttpResponse resp = CkHttp_PostJson2(http, url, "application/json", CkJsonObject_emit(report));
    CkHttpResponse_Dispose(resp);
    printf("Reported %d boats\n", count);

    CkJsonObject_Dispose(report);
    CkHttp_Dispose(http);
    return 0;
}
