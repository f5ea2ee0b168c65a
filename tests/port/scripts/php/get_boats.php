<?php

// This example assumes the Chilkat API to have been previously unlocked.
// See Global Unlock Sample for sample code.

include("chilkat.php");

$http = new CkHttp();

$sbResponseBody = new CkStringBuilder();
$success = $http->QuickGetSb(getenv('BOATS_URL') . '/v1/boats?color=red',$sbResponseBody);
if ($success == false) {
    print $http->lastErrorText() . "\n";
    exit;
}

$json = new CkJsonObject();
$json->LoadSb($sbResponseBody);

print 'Status: ' . $http->get_LastStatus() . "\n";

$i = 0;
$count_i = $json->SizeOfArray('boats');
while ($i < $count_i) {
    $json->put_I($i);
    print $json->stringOf('boats[i].name') . "\n";
    $i = $i + 1;
}
?>
