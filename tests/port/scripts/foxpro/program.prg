* Reports the boats that are there.
#DEFINE SHIP_LENGTH 10
SET TALK OFF
DECLARE ExitProcess IN kernel32 INTEGER uExitCode

LOCAL loHttp, loResp, loBoat, loReport, loEx AS Exception
LOCAL lcUrl, lcNames, lcName, lnFound, lnIndex
LOCAL ARRAY laIds[3]

laIds[1] = 3
laIds[2] = 5
laIds[3] = 8
lcUrl = GETENV("BOATS_URL")
STORE "" TO lcNames
STORE 0 TO lnFound
loHttp = CREATEOBJECT("Chilkat.Http")

TRY
    FOR lnIndex = 1 TO ALEN(laIds)
        loResp = FetchBoat(loHttp, lcUrl, laIds[lnIndex])
        IF loResp.StatusCode <> 200
            ? "boat " + TRANSFORM(laIds[lnIndex]) + ;
                ": status " + TRANSFORM(loResp.StatusCode)
            LOOP
        ENDIF
        loBoat = CREATEOBJECT("Chilkat.JsonObject")
        loBoat.Load(loResp.BodyStr)
        lcName = loBoat.StringOf("name")
        ? Describe(lcName, loBoat.IntOf("length"))
        lcNames = lcNames + IIF(EMPTY(lcNames), "", ", ") + lcName
        lnFound = lnFound + 1
    ENDFOR
CATCH TO loEx
    ? "Failed: " + loEx.Message
    ExitProcess(1)
ENDTRY

IF lnFound = 0
    ? "no boats"
    ExitProcess(1)
ENDIF

loReport = CREATEOBJECT("Chilkat.JsonObject")
loReport.UpdateInt("count", lnFound)
loReport.UpdateString("names", lcNames)
loResp = loHttp.PostJson2(lcUrl + "/v1/report", "application/json", loReport.Emit())
IF loHttp.LastMethodSuccess = 0
    ? "Failed: " + loHttp.LastErrorText
    ExitProcess(1)
ENDIF
? "Reported " + ALLTRIM(STR(lnFound)) + " boats"
RETURN

FUNCTION Describe(tcName AS String, tnLength AS Integer) AS String
    LOCAL lcKind
    lcKind = IIF(tnLength >= SHIP_LENGTH, "ship", "boat")
    RETURN tcName + " (" + lcKind + ", " + TRANSFORM(tnLength) + " m)"
ENDFUNC

FUNCTION FetchBoat
    LPARAMETERS toHttp, tcUrl, tnId
    LOCAL loAnswer
    loAnswer = toHttp.QuickRequest("GET", tcUrl + "/v1/boats/" + TRANSFORM(tnId))
    IF toHttp.LastMethodSuccess = 0
        ERROR toHttp.LastErrorText
    ENDIF
    RETURN loAnswer
ENDFUNC
