IncludeFile "CkHttpRequest.pb"
IncludeFile "CkHttpResponse.pb"
IncludeFile "CkJsonObject.pb"
IncludeFile "CkHttp.pb"

Procedure ChilkatExample()

    http.i = CkHttp::ckCreate()
    If http.i = 0
        Debug "Failed to create object."
        ProcedureReturn
    EndIf

    success.i

    req.i = CkHttpRequest::ckCreate()
    If req.i = 0
        Debug "Failed to create object."
        ProcedureReturn
    EndIf

    CkHttpRequest::setCkHttpVerb(req, "POST")
    CkHttpRequest::setCkPath(req, "/v1/boats/7/picture")
    CkHttpRequest::setCkContentType(req, "multipart/form-data")

    CkHttpRequest::ckAddParam(req,"title","In the harbour")

    json.i = CkJsonObject::ckCreate()
    If json.i = 0
        Debug "Failed to create object."
        ProcedureReturn
    EndIf

    CkJsonObject::ckUpdateInt(json,"crop.x",10)
    CkJsonObject::ckUpdateInt(json,"crop.y",20)
    CkHttpRequest::ckAddStringForUpload2(req,"meta","",CkJsonObject::ckEmit(json),"utf-8","application/json")

    success = CkHttpRequest::ckAddFileForUpload2(req,"picture","boat.png","image/png")

    CkHttpRequest::ckAddHeader(req,"Authorization","Bearer " + GetEnvironmentVariable("BOATS_TOKEN"))

    resp.i = CkHttp::ckSynchronousRequest(http,GetEnvironmentVariable("BOATS_DOMAIN"),Val(GetEnvironmentVariable("BOATS_PORT")),0,req)
    If CkHttp::ckLastMethodSuccess(http) = 0
        Debug CkHttp::ckLastErrorText(http)
        CkHttp::ckDispose(http)
        CkHttpRequest::ckDispose(req)
        CkJsonObject::ckDispose(json)
        ProcedureReturn
    EndIf

    Debug "Status: " + Str(CkHttpResponse::ckStatusCode(resp))
    If CkHttpResponse::ckStatusCode(resp) <> 201
        Debug "Response Header:"
        Debug CkHttpResponse::ckHeader(resp)
        Debug "Response Body:"
        Debug CkHttpResponse::ckBodyStr(resp)
        Debug "Failed."
        CkHttpResponse::ckDispose(resp)
        CkHttp::ckDispose(http)
        CkHttpRequest::ckDispose(req)
        CkJsonObject::ckDispose(json)
        ProcedureReturn
    EndIf

    CkHttpResponse::ckDispose(resp)
    Debug "Success."

    CkHttp::ckDispose(http)
    CkHttpRequest::ckDispose(req)
    CkJsonObject::ckDispose(json)

    ProcedureReturn
EndProcedure
