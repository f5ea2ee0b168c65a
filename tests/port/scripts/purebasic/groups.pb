IncludeFile "CkStringBuilder.pb"
IncludeFile "CkJsonObject.pb"
IncludeFile "CkHttp.pb"
IncludeFile "CkHttpResponse.pb"

Procedure ChilkatExample()

    http.i = CkHttp::ckCreate()
    If http.i = 0
        Debug "Failed to create object."
        ProcedureReturn
    EndIf

    queryParams.i = CkJsonObject::ckCreate()
    If queryParams.i = 0
        Debug "Failed to create object."
        ProcedureReturn
    EndIf

    CkJsonObject::ckUpdateString(queryParams,"status","active")
    CkJsonObject::ckUpdateInt(queryParams,"page_size",300)

    resp.i = CkHttp::ckQuickRequestParams(http,"GET",GetEnvironmentVariable("BOATS_URL") + "/v1/users",queryParams)
    If CkHttp::ckLastMethodSuccess(http) = 0
        Debug CkHttp::ckLastErrorText(http)
        CkHttp::ckDispose(http)
        CkJsonObject::ckDispose(queryParams)
        ProcedureReturn
    EndIf

    sbResponseBody.i = CkStringBuilder::ckCreate()
    If sbResponseBody.i = 0
        Debug "Failed to create object."
        ProcedureReturn
    EndIf

    CkHttpResponse::ckGetBodySb(resp,sbResponseBody)
    CkHttpResponse::ckDispose(resp)

    jResp.i = CkJsonObject::ckCreate()
    If jResp.i = 0
        Debug "Failed to create object."
        ProcedureReturn
    EndIf

    CkJsonObject::ckLoadSb(jResp,sbResponseBody)

    id.s
    name.s
    j.i
    count_j.i
    groupId.s

    i.i = 0
    count_i.i = CkJsonObject::ckSizeOfArray(jResp,"users")
    While i < count_i
        CkJsonObject::setCkI(jResp, i)
        id = CkJsonObject::ckStringOf(jResp,"users[i].id")
        name = CkJsonObject::ckStringOf(jResp,"users[i].name")
        Debug id + " " + name
        j = 0
        count_j = CkJsonObject::ckSizeOfArray(jResp,"users[i].group_ids")
        While j < count_j
            CkJsonObject::setCkJ(jResp, j)
            groupId = CkJsonObject::ckStringOf(jResp,"users[i].group_ids[j]")
            Debug "  group " + groupId
            j = j + 1
        Wend
        i = i + 1
    Wend

    CkHttp::ckDispose(http)
    CkJsonObject::ckDispose(queryParams)
    CkStringBuilder::ckDispose(sbResponseBody)
    CkJsonObject::ckDispose(jResp)

    ProcedureReturn
EndProcedure
