EnableExplicit
IncludeFile "CkHttp.pb"
IncludeFile "CkJsonObject.pb"
IncludeFile "CkRsa.pb"

Define http.i = CkHttp::ckCreate()
Define rsa.i = CkRsa::ckCreate()
Define json.i = CkJsonObject::ckCreate()
Define text.s

; A key for the answers to come.
CkRsa::ckGenerateKey(rsa, 2048)
Debug "Key: " + CkRsa::ckExportPublicKey(rsa)
Debug "Bits: " + Str(CkRsa::ckNumBits(rsa))

text = CkHttp::ckQuickGetStr(http, GetEnvironmentVariable("BOATS_URL") + "/v1/boats/3")
If CkHttp::ckLastMethodSuccess(http) = 0
  Debug CkHttp::ckLastErrorText(http)
  End 1
EndIf

CkJsonObject::ckLoad(json, text)
Debug CkJsonObject::ckStringOf(json, "name")

CkRsa::ckDispose(rsa)
CkJsonObject::ckDispose(json)
CkHttp::ckDispose(http)
