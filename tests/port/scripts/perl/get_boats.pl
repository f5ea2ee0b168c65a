use chilkat();

# This example assumes the Chilkat API to have been previously unlocked.
# See Global Unlock Sample for sample code.

$http = chilkat::CkHttp->new();

$sbResponseBody = chilkat::CkStringBuilder->new();
$success = $http->QuickGetSb($ENV{'BOATS_URL'} . "/v1/boats?color=red",$sbResponseBody);
if ($success == 0) {
    print $http->lastErrorText() . "\r\n";
    exit;
}

$json = chilkat::CkJsonObject->new();
$json->LoadSb($sbResponseBody);

print "Status: " . $http->get_LastStatus() . "\r\n";

$i = 0;
$count_i = $json->SizeOfArray("boats");
while ($i < $count_i) {
    $json->put_I($i);
    print $json->stringOf("boats[i].name") . "\r\n";
    $i = $i + 1;
}
