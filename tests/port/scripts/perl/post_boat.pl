use chilkat();

# This example assumes the Chilkat API to have been previously unlocked.

$http = chilkat::CkHttp->new();

$http->put_AuthToken($ENV{'BOATS_TOKEN'});

# The following JSON is sent in the request body.
# {
#   "hull": {
#     "paint": "red \"matt\"",
#     "length": 12
#   },
#   "sold": false
# }

$json = chilkat::CkJsonObject->new();
$json->UpdateString("hull.paint","red \"matt\"");
$json->UpdateInt("hull.length",12);
$json->UpdateBool("sold",0);

$http->SetRequestHeader("X-Boat","1");

# resp is a HttpResponse
$resp = $http->PostJson3($ENV{'BOATS_URL'} . "/v1/boats","application/json",$json);
if ($http->get_LastMethodSuccess() == 0) {
    print $http->lastErrorText() . "\r\n";
    exit;
}

$respStatusCode = $resp->get_StatusCode();
print "Status: " . $respStatusCode . "\r\n";
if ($respStatusCode >= 400) {
    print "Response Header:" . "\r\n";
    print $resp->header() . "\r\n";
    print "Response Body:" . "\r\n";
    print $resp->bodyStr() . "\r\n";
    print "Failed." . "\r\n";
    exit;
}

print "Success." . "\r\n";
