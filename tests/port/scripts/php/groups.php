<?php

// This example assumes the Chilkat API to have been previously unlocked.

include("chilkat.php");

$http = new CkHttp();

$queryParams = new CkJsonObject();
$queryParams->UpdateString('status','active');
$queryParams->UpdateInt('page_size',300);

// resp is a CkHttpResponse
$resp = $http->QuickRequestParams('GET',getenv('BOATS_URL') . '/v1/users',$queryParams);
if ($http->get_LastMethodSuccess() == false) {
    print $http->lastErrorText() . "\n";
    exit;
}

$sbResponseBody = new CkStringBuilder();
$resp->GetBodySb($sbResponseBody);

$json = new CkJsonObject();
$json->LoadSb($sbResponseBody);

$i = 0;
$count_i = $json->SizeOfArray('users');
while ($i < $count_i) {
    $json->put_I($i);
    $id = $json->stringOf('users[i].id');
    $name = $json->stringOf('users[i].name');
    print $id . ' ' . $name . "\n";
    $j = 0;
    $count_j = $json->SizeOfArray('users[i].group_ids');
    while ($j < $count_j) {
        $json->put_J($j);
        print '  group ' . $json->stringOf('users[i].group_ids[j]') . "\n";
        $j = $j + 1;
    }
    $i = $i + 1;
}
?>
