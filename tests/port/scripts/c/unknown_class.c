#include <stdio.h>
#include <stdlib.h>

#include <C_CkDateTime.h>
#include <C_CkHttp.h>
#include <C_CkJsonObject.h>

int main(void) {
    /* The day on which the boat is asked for. */
    HCkDateTime today = CkDateTime_Create();
    CkDateTime_SetFromCurrentSystemTime(today);
    const char *day = CkDateTime_getAsRfc822(today, TRUE);
    printf("Today: %s\n", day);
    CkDateTime_Dispose(today);

    char url[512];
    snprintf(url, sizeof(url), "%s/v1/boats/3", getenv("BOATS_URL"));
    HCkHttp http = CkHttp_Create();
    const char *text = CkHttp_quickGetStr(http, url);
    if (CkHttp_getLastMethodSuccess(http) == FALSE) {
        printf("%s\n", CkHttp_lastErrorText(http));
        CkHttp_Dispose(http);
        return 1;
    }

    HCkJsonObject json = CkJsonObject_Create();
    CkJsonObject_Load(json, text);
    printf("Name: %s\n", CkJsonObject_stringOf(json, "name"));
    CkJsonObject_Dispose(json);
    CkHttp_Dispose(http);
    return 0;
}
