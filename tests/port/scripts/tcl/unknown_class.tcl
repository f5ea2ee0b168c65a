# The time of the list, and one boat.
load ./chilkat.dll

set dt [new_CkDateTime]
CkDateTime_SetFromRfc822 $dt "Tue, 12 May 2026 10:00:00 GMT"
set stamp [CkDateTime_getAsIso8601 $dt "YYYY-MM-DD" 0]
puts "date: $stamp"
delete_CkDateTime $dt

set http [new_CkHttp]
set body [CkHttp_quickGetStr $http "$env(BOATS_URL)/v1/boats/3"]
if {[CkHttp_get_LastMethodSuccess $http] == 0} {
    puts stderr [CkHttp_lastErrorText $http]
    exit 1
}

set json [new_CkJsonObject]
CkJsonObject_Load $json $body
puts "name: [CkJsonObject_stringOf $json name]"
