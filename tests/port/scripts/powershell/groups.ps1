Add-Type -Path "C:\chilkat\ChilkatDotNet47-x64\ChilkatDotNet47.dll"

# This example assumes the Chilkat API to have been previously unlocked.
# See Global Unlock Sample for sample code.

$http = New-Object Chilkat.Http

$queryParams = New-Object Chilkat.JsonObject
$queryParams.UpdateString("status","active")
$queryParams.UpdateInt("page_size",300)

# resp: HttpResponse
$resp = $http.QuickRequestParams("GET",$env:BOATS_URL + "/v1/users",$queryParams)
if ($http.LastMethodSuccess -eq $false) {
    $($http.LastErrorText)
    exit
}

$sbResponseBody = New-Object Chilkat.StringBuilder
$resp.GetBodySb($sbResponseBody)

$json = New-Object Chilkat.JsonObject
$json.LoadSb($sbResponseBody)


$i = 0
$count_i = $json.SizeOfArray("users")
while ($i -lt $count_i) {
    $json.I = $i
    $id = $json.StringOf("users[i].id")
    $name = $json.StringOf("users[i].name")
    $($id + " " + $name)
    $j = 0
    $count_j = $json.SizeOfArray("users[i].group_ids")
    while ($j -lt $count_j) {
        $json.J = $j
        $("  group " + $json.StringOf("users[i].group_ids[j]"))
        $j = $j+1
    }

    $i = $i+1
}
