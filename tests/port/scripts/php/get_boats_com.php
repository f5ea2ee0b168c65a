<?php

// This example assumes the Chilkat API to have been previously unlocked.
// See Global Unlock Sample for sample code.

$http = new COM("Chilkat.Http");

$sbResponseBody = new COM("Chilkat.StringBuilder");
$success = $http->QuickGetSb(getenv('BOATS_URL') . '/v1/boats?color=red',$sbResponseBody);
if ($success == 0) {
    print $http->LastErrorText . "\n";
    exit;
}

$json = new COM("Chilkat.JsonObject");
$success = $json->LoadSb($sbResponseBody);

print 'Status: ' . $http->LastStatus . "\n";

$i = 0;
$count_i = $json->SizeOfArray('boats');
while ($i < $count_i) {
    $json->I = $i;
    print $json->stringOf('boats[i].name') . "\n";
    $i = $i + 1;
}

?>
