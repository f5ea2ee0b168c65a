<?php

// This example assumes the Chilkat API to have been previously unlocked.

include("chilkat.php");

$http = new CkHttp();

$req = new CkHttpRequest();
$req->put_HttpVerb('POST');
$req->put_Path('/v1/boats/7/picture');
$req->put_ContentType('multipart/form-data');
$req->AddParam('title','In the harbour');

$json = new CkJsonObject();
$json->UpdateInt('crop.x',10);
$json->UpdateInt('crop.y',20);
$req->AddStringForUpload2('meta','',$json->emit(),'utf-8','application/json');

$success = $req->AddFileForUpload2('picture','boat.png','image/png');

$req->AddHeader('Authorization','Bearer ' . getenv('BOATS_TOKEN'));

// resp is a CkHttpResponse
$resp = $http->SynchronousRequest(getenv('BOATS_DOMAIN'),(int) getenv('BOATS_PORT'),false,$req);
if ($http->get_LastMethodSuccess() == false) {
    print $http->lastErrorText() . "\n";
    exit;
}

$respStatusCode = $resp->get_StatusCode();
print 'Status: ' . $respStatusCode . "\n";
if ($respStatusCode != 201) {
    print 'Response Header:' . "\n";
    print $resp->header() . "\n";
    print 'Response Body:' . "\n";
    print $resp->bodyStr() . "\n";
    print 'Failed.' . "\n";
    exit;
}

print 'Success.' . "\n";

?>
