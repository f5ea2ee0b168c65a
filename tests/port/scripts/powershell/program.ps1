#!/usr/bin/env pwsh
Add-Type -Path "C:\chilkat\ChilkatDotNet47-x64\ChilkatDotNet47.dll"
$ErrorActionPreference = 'Stop'

$Large = 10
$BaseUrl = $env:BOATS_URL
$http = New-Object Chilkat.Http

# Says what kind of vessel it is.
function Get-Description {
    param(
        [string]$Name,
        [int]$Length
    )
    if ($Length -ge $Large) { $kind = 'ship' } else { $kind = 'boat' }
    return '{0} ({1}, {2} m)' -f $Name, $kind, $Length
}

# Returns the boat, or nothing if the server does not have it.
function Get-Boat {
    param([int]$Id)
    $resp = $http.QuickRequest('GET', "$BaseUrl/v1/boats/$Id")
    if (-not $http.LastMethodSuccess) {
        throw "no answer for boat $Id"
    }
    if ($resp.StatusCode -ne 200) {
        Write-Host "boat ${Id}: status $($resp.StatusCode)"
        return $null
    }
    $json = New-Object Chilkat.JsonObject
    $null = $json.Load($resp.BodyStr)
    return $json
}

function Send-Report($Names) {
    $json = New-Object Chilkat.JsonObject
    [void]$json.UpdateInt('count', $Names.Count)
    [void]$json.UpdateString('names', ($Names -join ', '))
    $null = $http.PostJson2("$BaseUrl/v1/report", 'application/json', $json.Emit())
    if (-not $http.LastMethodSuccess) {
        throw 'no answer to the report'
    }
}

$names = @()
try {
    foreach ($id in @(3, 5, 8)) {
        $boat = Get-Boat -Id $id
        if ($null -eq $boat) {
            continue
        }
        $name = $boat.StringOf('name')
        Write-Host (Get-Description -Name $name -Length ($boat.IntOf("length")))
        $names += $name
    }
    if ($names.Count -eq 0) {
        Write-Host 'no boats'
        exit 1
    }
    Send-Report $names
    Write-Host "Reported $($names.Count) boats"
} catch {
    [Console]::Error.WriteLine("Failed: $($_.Exception.Message)")
    exit 1
}
