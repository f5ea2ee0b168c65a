use chilkat();

# This example assumes the Chilkat API to have been previously unlocked.

$http = chilkat::CkHttp->new();

$req = chilkat::CkHttpRequest->new();
$req->put_HttpVerb("POST");
$req->put_Path("/v1/boats/7/picture");
$req->put_ContentType("multipart/form-data");
$req->AddParam("title","In the harbour");

$json = chilkat::CkJsonObject->new();
$json->UpdateInt("crop.x",10);
$json->UpdateInt("crop.y",20);
$req->AddStringForUpload2("meta","",$json->emit(),"utf-8","application/json");

$success = $req->AddFileForUpload2("picture","boat.png","image/png");

$req->AddHeader("Authorization","Bearer $ENV{BOATS_TOKEN}");

# resp is a HttpResponse
$resp = $http->SynchronousRequest($ENV{'BOATS_DOMAIN'},int($ENV{'BOATS_PORT'}),0,$req);
if ($http->get_LastMethodSuccess() == 0) {
    print $http->lastErrorText() . "\r\n";
    exit;
}

$respStatusCode = $resp->get_StatusCode();
print "Status: " . $respStatusCode . "\r\n";
if ($respStatusCode != 201) {
    print "Response Header:" . "\r\n";
    print $resp->header() . "\r\n";
    print "Response Body:" . "\r\n";
    print $resp->bodyStr() . "\r\n";
    print "Failed." . "\r\n";
    exit;
}

print "Success." . "\r\n";
