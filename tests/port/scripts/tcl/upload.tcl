load ./chilkat.dll

set http [new_CkHttp]

set json [new_CkJsonObject]

CkJsonObject_UpdateInt $json "crop.x" 10
CkJsonObject_UpdateInt $json "crop.y" 20

set req [new_CkHttpRequest]

CkHttpRequest_put_HttpVerb $req "POST"
CkHttpRequest_put_Path $req "/v1/boats/7/picture"
CkHttpRequest_put_ContentType $req "multipart/form-data"
CkHttpRequest_AddParam $req "title" "In the harbour"
CkHttpRequest_AddStringForUpload2 $req "meta" "" [CkJsonObject_emit $json] "utf-8" "application/json"
CkHttpRequest_AddFileForUpload2 $req "picture" "boat.png" "image/png"

CkHttpRequest_AddHeader $req "Authorization" "Bearer $env(BOATS_TOKEN)"

set port [expr {int($env(BOATS_PORT))}]

# resp is a CkHttpResponse
set resp [CkHttp_SynchronousRequest $http $env(BOATS_DOMAIN) $port 0 $req]
if {[CkHttp_get_LastMethodSuccess $http] != 1} then {
    puts [CkHttp_lastErrorText $http]
    delete_CkHttp $http
    delete_CkJsonObject $json
    delete_CkHttpRequest $req
    exit
}

set respStatusCode [CkHttpResponse_get_StatusCode $resp]
puts "Status: $respStatusCode"
if {$respStatusCode != 201} then {
    puts "Response Header:"
    puts [CkHttpResponse_header $resp]
    puts "Response Body:"
    puts [CkHttpResponse_bodyStr $resp]
    puts "Failed."
    exit
}

puts "Success."

delete_CkHttpResponse $resp
delete_CkHttp $http
delete_CkJsonObject $json
delete_CkHttpRequest $req
