#include <Array.au3>
#include <MsgBoxConstants.au3>
Opt("MustDeclareVars", 1)

; Reports the boats that are there.
Global $sBaseUrl = EnvGet("BOATS_URL")
Global $oHttp = ObjCreate("Chilkat.Http")
If Not IsObj($oHttp) Then
    MsgBox($MB_ICONERROR, "Report", "Chilkat is not there")
    Exit 2
EndIf

Main()

Func Main()
    Local $aIds[3] = [3, 5, 8]
    Local $aNames[0]
    Local $oBoat, $oResp, $sName

    For $iId In $aIds
        $oResp = FetchBoat($iId)
        Switch $oResp.StatusCode
            Case 200
                $oBoat = ObjCreate("Chilkat.JsonObject")
                $oBoat.Load($oResp.BodyStr)
                $sName = $oBoat.StringOf("name")
                ConsoleWrite(Describe($sName, $oBoat.IntOf("length")) & @CRLF)
                _ArrayAdd($aNames, $sName)
            Case Else
                ConsoleWrite(StringFormat("boat %d: status %d\n", $iId, $oResp.StatusCode))
        EndSwitch
    Next

    If UBound($aNames) = 0 Then Fail("no boats")

    Local $oReport = ObjCreate("Chilkat.JsonObject")
    $oReport.UpdateInt("count", UBound($aNames))
    $oReport.UpdateString("names", _ArrayToString($aNames, ", "))
    $oResp = $oHttp.PostJson2($sBaseUrl & "/v1/report", "application/json", _
            $oReport.Emit())
    If Not IsObj($oResp) Then Fail("Failed: " & $oHttp.LastErrorText)
    ConsoleWrite("Reported " & UBound($aNames) & " boats" & @CRLF)
EndFunc   ;==>Main

Func Describe($sName, $iLength)
    Local $sKind = $iLength >= 10 ? "ship" : "boat"
    Return $sName & " (" & $sKind & ", " & $iLength & " m)"
EndFunc   ;==>Describe

Func FetchBoat($iId)
    Local $oAnswer = $oHttp.QuickRequest("GET", $sBaseUrl & "/v1/boats/" & $iId)
    If Not IsObj($oAnswer) Then Fail("Failed: " & $oHttp.LastErrorText)
    Return $oAnswer
EndFunc   ;==>FetchBoat

Func Fail($sMessage)
    ConsoleWrite($sMessage & @CRLF)
    Exit 1
EndFunc   ;==>Fail
