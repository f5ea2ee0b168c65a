<?php

// This example assumes the Chilkat API to have been previously unlocked.

include("chilkat.php");

$http = new CkHttp();

$http->put_AuthToken(getenv('BOATS_TOKEN'));

// The following JSON is sent in the request body.
// {
//   "hull": {
//     "paint": "red \"matt\"",
//     "length": 12
//   },
//   "sold": false
// }

$json = new CkJsonObject();
$json->UpdateString('hull.paint','red "matt"');
$json->UpdateInt('hull.length',12);
$json->UpdateBool('sold',false);

$http->SetRequestHeader('X-Boat','1');

// resp is a CkHttpResponse
$resp = $http->PostJson3(getenv('BOATS_URL') . '/v1/boats','application/json',$json);
if ($http->get_LastMethodSuccess() == false) {
    print $http->lastErrorText() . "\n";
    exit;
}

$respStatusCode = $resp->get_StatusCode();
print 'Status: ' . $respStatusCode . "\n";
if ($respStatusCode >= 400) {
    print 'Response Header:' . "\n";
    print $resp->header() . "\n";
    print 'Response Body:' . "\n";
    print $resp->bodyStr() . "\n";
    print 'Failed.' . "\n";
    exit;
}

print 'Success.' . "\n";

?>
