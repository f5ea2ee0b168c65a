LOCAL loHttp
LOCAL loQueryParams
LOCAL loResp
LOCAL loSbResponseBody
LOCAL loJResp
LOCAL lcId
LOCAL lcName
LOCAL lcGroupId
LOCAL i
LOCAL lnCount_i
LOCAL j
LOCAL lnCount_j

loHttp = CreateObject('Chilkat.Http')

loQueryParams = CreateObject('Chilkat.JsonObject')
loQueryParams.UpdateString("status","active")
loQueryParams.UpdateInt("page_size",300)

loResp = loHttp.QuickRequestParams("GET",GETENV("BOATS_URL") + "/v1/users",loQueryParams)
IF (loHttp.LastMethodSuccess = 0) THEN
    ? loHttp.LastErrorText
    RELEASE loHttp
    RELEASE loQueryParams
    CANCEL
ENDIF

loSbResponseBody = CreateObject('Chilkat.StringBuilder')
loResp.GetBodySb(loSbResponseBody)

loJResp = CreateObject('Chilkat.JsonObject')
loJResp.LoadSb(loSbResponseBody)

i = 0
lnCount_i = loJResp.SizeOfArray("users")
DO WHILE i < lnCount_i
    loJResp.I = i
    lcId = loJResp.StringOf("users[i].id")
    lcName = loJResp.StringOf("users[i].name")
    ? lcId + " " + lcName
    j = 0
    lnCount_j = loJResp.SizeOfArray("users[i].group_ids")
    DO WHILE j < lnCount_j
        loJResp.J = j
        lcGroupId = loJResp.StringOf("users[i].group_ids[j]")
        ? "  group " + lcGroupId
        j = j + 1
    ENDDO
    i = i + 1
ENDDO

RELEASE loResp
RELEASE loHttp
RELEASE loQueryParams
RELEASE loSbResponseBody
RELEASE loJResp
