load ./chilkat.dll

set http [new_CkHttp]

set queryParams [new_CkJsonObject]

CkJsonObject_UpdateString $queryParams "status" "active"
CkJsonObject_UpdateInt $queryParams "page_size" 300

# resp is a CkHttpResponse
set resp [CkHttp_QuickRequestParams $http "GET" "$env(BOATS_URL)/v1/users" $queryParams]
if {[CkHttp_get_LastMethodSuccess $http] == 0} then {
    puts [CkHttp_lastErrorText $http]
    delete_CkHttp $http
    delete_CkJsonObject $queryParams
    exit
}

set sbResponseBody [new_CkStringBuilder]

CkHttpResponse_GetBodySb $resp $sbResponseBody

set jResp [new_CkJsonObject]

CkJsonObject_LoadSb $jResp $sbResponseBody

set i 0
set count_i [CkJsonObject_SizeOfArray $jResp "users"]
while {$i < $count_i} {
    CkJsonObject_put_I $jResp $i
    set id [CkJsonObject_stringOf $jResp "users\[i\].id"]
    set name [CkJsonObject_stringOf $jResp "users\[i\].name"]
    puts "$id $name"
    set j 0
    set count_j [CkJsonObject_SizeOfArray $jResp "users\[i\].group_ids"]
    while {$j < $count_j} {
        CkJsonObject_put_J $jResp $j
        set groupId [CkJsonObject_stringOf $jResp "users\[i\].group_ids\[j\]"]
        puts "  group $groupId"
        set j [expr $j + 1]
    }

    set i [expr $i + 1]
}

delete_CkHttpResponse $resp
delete_CkHttp $http
delete_CkJsonObject $queryParams
delete_CkStringBuilder $sbResponseBody
delete_CkJsonObject $jResp
