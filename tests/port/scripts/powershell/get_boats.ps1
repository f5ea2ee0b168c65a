Add-Type -Path "C:\chilkat\ChilkatDotNet47-x64\ChilkatDotNet47.dll"

# This example assumes the Chilkat API to have been previously unlocked.
# See Global Unlock Sample for sample code.

$http = New-Object Chilkat.Http

$sbResponseBody = New-Object Chilkat.StringBuilder
$success = $http.QuickGetSb($env:BOATS_URL + "/v1/boats?color=red",$sbResponseBody)
if ($success -eq $false) {
    $($http.LastErrorText)
    exit
}

$json = New-Object Chilkat.JsonObject
$json.LoadSb($sbResponseBody)

$("Status: " + $http.LastStatus)

$i = 0
$count_i = $json.SizeOfArray("boats")
while ($i -lt $count_i) {
    $json.I = $i
    $($json.StringOf("boats[i].name"))
    $i = $i+1
}
