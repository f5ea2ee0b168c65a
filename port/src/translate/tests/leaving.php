<?php
$http = new CkHttp();
$i = 0;
while (true) {
    $i++;
    if ($i > 3) goto done;
}
for ($k = 0; $k < 3; $k++) {
    foreach ([1, 2] as $j) {
        if ($j == 1) goto done;
        print $j;
    }
}
print $k;
$resp = $http->QuickRequest('DELETE', 'https://api.example.com/boats/7');
print $resp->get_StatusCode() . "\n";
