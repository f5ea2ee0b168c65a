Add-Type -Path "C:\chilkat\ChilkatDotNet47-x64\ChilkatDotNet47.dll"

$baseUrl = $env:BOATS_URL
$http = New-Object Chilkat.Http

# The name of the boat.
$body = $http.QuickGetStr("$baseUrl/v1/boats/3")
if (-not $http.LastMethodSuccess) {
    [Console]::Error.WriteLine($http.LastErrorText)
    exit 1
}
$json = New-Object Chilkat.JsonObject
$success = $json.Load($body)
$name = $json.StringOf("name")
Write-Host "Name: $name"

# A file for it.
$fac = New-Object Chilkat.FileAccess
$success = $fac.DirEnsureExists("boats")
$dir = $fac.CurrentDir
Write-Host "Directory: $dir"

Write-Host "Done."
