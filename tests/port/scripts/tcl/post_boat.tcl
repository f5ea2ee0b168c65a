load ./chilkat.dll

set http [new_CkHttp]

# The following JSON is sent in the request body.

# {
#   "hull": {
#     "paint": "red \"matt\"",
#     "length": 12
#   },
#   "sold": false
# }

set json [new_CkJsonObject]

CkJsonObject_UpdateString $json "hull.paint" "red \"matt\""
CkJsonObject_UpdateInt $json "hull.length" 12
CkJsonObject_UpdateBool $json "sold" 0

# Adds the "Authorization: Bearer" header.
CkHttp_put_AuthToken $http $env(BOATS_TOKEN)
CkHttp_SetRequestHeader $http "X-Boat" "1"

# resp is a CkHttpResponse
set resp [CkHttp_PostJson3 $http "$env(BOATS_URL)/v1/boats" "application/json" $json]
if {[CkHttp_get_LastMethodSuccess $http] == 0} then {
    puts [CkHttp_lastErrorText $http]
    delete_CkHttp $http
    delete_CkJsonObject $json
    exit
}

set respStatusCode [CkHttpResponse_get_StatusCode $resp]
puts "Status: $respStatusCode"
if {$respStatusCode >= 400} then {
    puts "Response Header:"
    puts [CkHttpResponse_header $resp]
    puts "Response Body:"
    puts [CkHttpResponse_bodyStr $resp]
    puts "Failed."
    delete_CkHttpResponse $resp
    delete_CkHttp $http
    delete_CkJsonObject $json
    exit
}

delete_CkHttpResponse $resp
puts "Success."

delete_CkHttp $http
delete_CkJsonObject $json
