LOCAL loHttp
LOCAL lnSuccess
LOCAL loJson
LOCAL loResp
LOCAL lnRespStatusCode

* This example assumes the Chilkat API to have been previously unlocked.
loHttp = CreateObject('Chilkat.Http')

loHttp.AuthToken = GETENV("BOATS_TOKEN")

loJson = CreateObject('Chilkat.JsonObject')
loJson.UpdateString("hull.paint",'red "matt"')
loJson.UpdateInt("hull.length",12)
loJson.UpdateBool("sold",0)

loHttp.SetRequestHeader("X-Boat","1")

* resp is a Chilkat.HttpResponse
loResp = loHttp.PostJson3(GETENV("BOATS_URL") + "/v1/boats","application/json",loJson)
IF (loHttp.LastMethodSuccess = 0) THEN
    ? loHttp.LastErrorText
    RELEASE loHttp
    RELEASE loJson
    CANCEL
ENDIF

lnRespStatusCode = loResp.StatusCode
? "Status: " + STR(lnRespStatusCode)
IF (lnRespStatusCode >= 400) THEN
    ? "Response Header:"
    ? loResp.Header
    ? "Response Body:"
    ? loResp.BodyStr
    ? "Failed."
    RELEASE loResp
    RELEASE loHttp
    RELEASE loJson
    CANCEL
ENDIF

RELEASE loResp
? "Success."

RELEASE loHttp
RELEASE loJson
