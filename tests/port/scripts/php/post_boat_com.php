<?php

// This example assumes the Chilkat API to have been previously unlocked.

$http = new COM("Chilkat_9_5_0.Http");

$http->AuthToken = getenv('BOATS_TOKEN');

$json = new COM("Chilkat_9_5_0.JsonObject");
$success = $json->UpdateString('hull.paint','red "matt"');
$success = $json->UpdateInt('hull.length',12);
$success = $json->UpdateBool('sold',0);

$http->SetRequestHeader('X-Boat','1');

// resp is a Chilkat.HttpResponse
$resp = $http->PostJson3(getenv('BOATS_URL') . '/v1/boats','application/json',$json);
if ($http->LastMethodSuccess == 0) {
    print $http->LastErrorText . "\n";
    exit;
}

$respStatusCode = $resp->StatusCode;
print 'Status: ' . $respStatusCode . "\n";
if ($respStatusCode >= 400) {
    print 'Response Header:' . "\n";
    print $resp->Header . "\n";
    print 'Response Body:' . "\n";
    print $resp->BodyStr . "\n";
    print 'Failed.' . "\n";
    exit;
}

print 'Success.' . "\n";

?>
