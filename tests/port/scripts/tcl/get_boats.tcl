load ./chilkat.dll

# This example assumes the Chilkat API to have been previously unlocked.
# See Global Unlock Sample for sample code.

set http [new_CkHttp]

set sbResponseBody [new_CkStringBuilder]

set success [CkHttp_QuickGetSb $http "$::env(BOATS_URL)/v1/boats?color=red" $sbResponseBody]
if {$success == 0} then {
    puts [CkHttp_lastErrorText $http]
    delete_CkHttp $http
    delete_CkStringBuilder $sbResponseBody
    exit
}

set jResp [new_CkJsonObject]

CkJsonObject_LoadSb $jResp $sbResponseBody
CkJsonObject_put_EmitCompact $jResp 0

puts "Status: [CkHttp_get_LastStatus $http]"

# Sample JSON response:
# { "boats": [ { "name": "Ida" } ] }

set i 0
set count_i [CkJsonObject_SizeOfArray $jResp "boats"]
while {$i < $count_i} {
    CkJsonObject_put_I $jResp $i
    set name [CkJsonObject_stringOf $jResp "boats\[i\].name"]
    puts "$name"
    set i [expr $i + 1]
}

delete_CkHttp $http
delete_CkStringBuilder $sbResponseBody
delete_CkJsonObject $jResp
