LOCAL loHttp, loFac, loJson, lcText, lnSize

loHttp = CREATEOBJECT("Chilkat.Http")

* The picture that belongs to the boat.
loFac = CREATEOBJECT("Chilkat.FileAccess")
lnSize = loFac.FileSize("boat.png")
? "Size: " + TRANSFORM(lnSize)
? "Folder: " + loFac.CurrentDir

lcText = loHttp.QuickGetStr(GETENV("BOATS_URL") + "/v1/boats/3")
IF loHttp.LastMethodSuccess = 0
    ? loHttp.LastErrorText
    CANCEL
ENDIF

loJson = CREATEOBJECT("Chilkat.JsonObject")
loJson.Load(lcText)
? loJson.StringOf("name")

RELEASE loFac, loHttp, loJson
