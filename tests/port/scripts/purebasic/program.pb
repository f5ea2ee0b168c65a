; Reports the boats that are there.
EnableExplicit

XIncludeFile "CkHttp.pb"
XIncludeFile "CkHttpResponse.pb"
XIncludeFile "CkJsonObject.pb"

#ShipLength = 10

Procedure.s Describe(name.s, length.i)
  Protected kind.s = "boat"
  If length >= #ShipLength : kind = "ship" : EndIf
  ProcedureReturn name + " (" + kind + ", " + Str(length) + " m)"
EndProcedure

Procedure Fail(message.s)
  PrintN(message)
  End 1
EndProcedure

Define http.i, resp.i, boat.i, report.i, index.i, found.i
Define url.s = GetEnvironmentVariable("BOATS_URL")
Define list.s
Dim ids.i(2)
NewList names.s()

ids(0) = 3
ids(1) = 5
ids(2) = 8

OpenConsole()
http = CkHttp::ckCreate()

For index = 0 To ArraySize(ids())
  resp = CkHttp::ckQuickRequest(http, "GET", url + "/v1/boats/" + Str(ids(index)))
  If resp = 0
    Fail("Failed: " + CkHttp::ckLastErrorText(http))
  EndIf
  If CkHttpResponse::ckStatusCode(resp) <> 200
    PrintN("boat " + Str(ids(index)) + ": status " + Str(CkHttpResponse::ckStatusCode(resp)))
    Continue
  EndIf
  boat = CkJsonObject::ckCreate()
  CkJsonObject::ckLoad(boat, CkHttpResponse::ckBodyStr(resp))
  AddElement(names()) : names() = CkJsonObject::ckStringOf(boat, "name")
  PrintN(Describe(names(), CkJsonObject::ckIntOf(boat, "length")))
  found + 1
  CkJsonObject::ckDispose(boat)
  CkHttpResponse::ckDispose(resp)
Next

If found = 0
  Fail("no boats")
EndIf

ForEach names()
  If list <> "" : list + ", " : EndIf
  list + names()
Next

report = CkJsonObject::ckCreate()
CkJsonObject::ckUpdateInt(report, "count", found)
CkJsonObject::ckUpdateString(report, "names", list)
resp = CkHttp::ckPostJson2(http, url + "/v1/report", "application/json", CkJsonObject::ckEmit(report))
If resp = 0
  Fail("Failed: " + CkHttp::ckLastErrorText(http))
EndIf
PrintN("Reported " + Str(found) + " boats")
CloseConsole()
