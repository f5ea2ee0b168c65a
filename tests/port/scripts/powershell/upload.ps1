Add-Type -Path "C:\chilkat\ChilkatDotNet47-x64\ChilkatDotNet47.dll"

# This example assumes the Chilkat API to have been previously unlocked.
# See Global Unlock Sample for sample code.

$http = New-Object Chilkat.Http

$req = New-Object Chilkat.HttpRequest
$req.HttpVerb = "POST"
$req.Path = "/v1/boats/7/picture"
$req.ContentType = "multipart/form-data"
$req.AddParam("title","In the harbour")

$json = New-Object Chilkat.JsonObject
$json.UpdateInt("crop.x",10)
$json.UpdateInt("crop.y",20)
$req.AddStringForUpload2("meta","",$json.Emit(),"utf-8","application/json")

$success = $req.AddFileForUpload2("picture","boat.png","image/png")

$req.AddHeader("Authorization","Bearer " + $env:BOATS_TOKEN)

# resp: HttpResponse
$resp = $http.SynchronousRequest($env:BOATS_DOMAIN,[int]$env:BOATS_PORT,$false,$req)
if ($http.LastMethodSuccess -eq $false) {
    $($http.LastErrorText)
    exit
}

$respStatusCode = $resp.StatusCode
$("Status: " + $respStatusCode)
if ($respStatusCode -ne 201) {
    $("Response Header:")
    $($resp.Header)
    $("Response Body:")
    $($resp.BodyStr)
    $("Failed.")
    exit
}

$("Success.")
