IncludeFile "CkJsonObject.pb"
IncludeFile "CkHttp.pb"
IncludeFile "CkHttpResponse.pb"

Procedure ChilkatExample()

    ; This example assumes the Chilkat API to have been previously unlocked.
    http.i = CkHttp::ckCreate()
    If http.i = 0
        Debug "Failed to create object."
        ProcedureReturn
    EndIf

    success.i

    CkHttp::setCkAuthToken(http, GetEnvironmentVariable("BOATS_TOKEN"))

    json.i = CkJsonObject::ckCreate()
    If json.i = 0
        Debug "Failed to create object."
        ProcedureReturn
    EndIf

    CkJsonObject::ckUpdateString(json,"hull.paint","red " + Chr(34) + "matt" + Chr(34))
    CkJsonObject::ckUpdateInt(json,"hull.length",12)
    CkJsonObject::ckUpdateBool(json,"sold",0)

    CkHttp::ckSetRequestHeader(http,"X-Boat","1")

    ; resp is a CkHttpResponse
    resp.i = CkHttp::ckPostJson3(http,GetEnvironmentVariable("BOATS_URL") + "/v1/boats","application/json",json)
    If CkHttp::ckLastMethodSuccess(http) = 0
        Debug CkHttp::ckLastErrorText(http)
        CkHttp::ckDispose(http)
        CkJsonObject::ckDispose(json)
        ProcedureReturn
    EndIf

    respStatusCode.i = CkHttpResponse::ckStatusCode(resp)
    Debug "Status: " + Str(respStatusCode)
    If respStatusCode >= 400
        Debug "Response Header:"
        Debug CkHttpResponse::ckHeader(resp)
        Debug "Response Body:"
        Debug CkHttpResponse::ckBodyStr(resp)
        Debug "Failed."
        CkHttpResponse::ckDispose(resp)
        CkHttp::ckDispose(http)
        CkJsonObject::ckDispose(json)
        ProcedureReturn
    EndIf

    CkHttpResponse::ckDispose(resp)
    Debug "Success."

    CkHttp::ckDispose(http)
    CkJsonObject::ckDispose(json)

    ProcedureReturn
EndProcedure
