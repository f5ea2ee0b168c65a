Add-Type -Path "C:\chilkat\ChilkatDotNet47-x64\ChilkatDotNet47.dll"

# This example assumes the Chilkat API to have been previously unlocked.
# See Global Unlock Sample for sample code.

$http = New-Object Chilkat.Http

$http.AuthToken = $env:BOATS_TOKEN

# The following JSON is sent in the request body.
# {
#   "hull": {
#     "paint": "red \"matt\"",
#     "length": 12
#   },
#   "sold": false
# }

$json = New-Object Chilkat.JsonObject
$json.UpdateString("hull.paint","red `"matt`"")
$json.UpdateInt("hull.length",12)
$json.UpdateBool("sold",$false)

$http.SetRequestHeader("X-Boat","1")

# resp: HttpResponse
$resp = $http.PostJson3($env:BOATS_URL + "/v1/boats","application/json",$json)
if ($http.LastMethodSuccess -eq $false) {
    $($http.LastErrorText)
    exit
}

$respStatusCode = $resp.StatusCode
$("Status: " + $respStatusCode)
if ($respStatusCode -ge 400) {
    $("Response Header:")
    $($resp.Header)
    $("Response Body:")
    $($resp.BodyStr)
    $("Failed.")
    exit
}

$("Success.")
