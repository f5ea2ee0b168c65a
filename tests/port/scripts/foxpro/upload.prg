LOCAL loHttp
LOCAL loReq
LOCAL loJson
LOCAL loResp
LOCAL lnSuccess

loHttp = CreateObject('Chilkat.Http')

loReq = CreateObject('Chilkat.HttpRequest')
loReq.HttpVerb = "POST"
loReq.Path = "/v1/boats/7/picture"
loReq.ContentType = "multipart/form-data"

loReq.AddParam("title","In the harbour")

loJson = CreateObject('Chilkat.JsonObject')
loJson.UpdateInt("crop.x",10)
loJson.UpdateInt("crop.y",20)
loReq.AddStringForUpload2("meta","",loJson.Emit(),"utf-8","application/json")

lnSuccess = loReq.AddFileForUpload2("picture","boat.png","image/png")

loReq.AddHeader("Authorization","Bearer " + GETENV("BOATS_TOKEN"))

loResp = loHttp.SynchronousRequest(GETENV("BOATS_DOMAIN"),VAL(GETENV("BOATS_PORT")),0,loReq)
IF (loHttp.LastMethodSuccess = 0) THEN
    ? loHttp.LastErrorText
    RELEASE loHttp
    RELEASE loReq
    RELEASE loJson
    CANCEL
ENDIF

? "Status: " + STR(loResp.StatusCode)
IF (loResp.StatusCode <> 201) THEN
    ? "Response Header:"
    ? loResp.Header
    ? "Response Body:"
    ? loResp.BodyStr
    ? "Failed."
    RELEASE loResp
    RELEASE loHttp
    RELEASE loReq
    RELEASE loJson
    CANCEL
ENDIF

RELEASE loResp
? "Success."

RELEASE loHttp
RELEASE loReq
RELEASE loJson
