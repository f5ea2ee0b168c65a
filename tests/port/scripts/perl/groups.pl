use chilkat();

# This example assumes the Chilkat API to have been previously unlocked.

$http = chilkat::CkHttp->new();

$queryParams = chilkat::CkJsonObject->new();
$queryParams->UpdateString("status","active");
$queryParams->UpdateInt("page_size",300);

# resp is a HttpResponse
$resp = $http->QuickRequestParams("GET",$ENV{'BOATS_URL'} . "/v1/users",$queryParams);
if ($http->get_LastMethodSuccess() == 0) {
    print $http->lastErrorText() . "\r\n";
    exit;
}

$sbResponseBody = chilkat::CkStringBuilder->new();
$resp->GetBodySb($sbResponseBody);

$json = chilkat::CkJsonObject->new();
$json->LoadSb($sbResponseBody);

$i = 0;
$count_i = $json->SizeOfArray("users");
while ($i < $count_i) {
    $json->put_I($i);
    $id = $json->stringOf("users[i].id");
    $name = $json->stringOf("users[i].name");
    print $id . " " . $name . "\r\n";
    $j = 0;
    $count_j = $json->SizeOfArray("users[i].group_ids");
    while ($j < $count_j) {
        $json->put_J($j);
        print "  group " . $json->stringOf("users[i].group_ids[j]") . "\r\n";
        $j = $j + 1;
    }

    $i = $i + 1;
}
