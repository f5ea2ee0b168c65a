LOCAL loHttp
LOCAL loSbResponseBody
LOCAL loJResp
LOCAL lnSuccess
LOCAL lnRespStatusCode
LOCAL lcName
LOCAL i
LOCAL lnCount_i

* For versions of Chilkat < 10.0.0, use CreateObject('Chilkat_9_5_0.Http')
loHttp = CreateObject('Chilkat.Http')

loSbResponseBody = CreateObject('Chilkat.StringBuilder')
lnSuccess = loHttp.QuickGetSb(GETENV("BOATS_URL") + "/v1/boats?color=red",loSbResponseBody)
IF (lnSuccess = 0) THEN
    ? loHttp.LastErrorText
    RELEASE loHttp
    RELEASE loSbResponseBody
    CANCEL
ENDIF

loJResp = CreateObject('Chilkat.JsonObject')
loJResp.LoadSb(loSbResponseBody)

lnRespStatusCode = loHttp.LastStatus
? "Status: " + STR(lnRespStatusCode)

i = 0
lnCount_i = loJResp.SizeOfArray("boats")
DO WHILE i < lnCount_i
    loJResp.I = i
    lcName = loJResp.StringOf("boats[i].name")
    ? lcName
    i = i + 1
ENDDO

RELEASE loHttp
RELEASE loSbResponseBody
RELEASE loJResp
