<?php

declare(strict_types=1);

require_once 'chilkat.php';

const LARGE = 10;

// Says what kind of vessel it is.
function describe(string $name, int $length): string
{
    $kind = $length >= LARGE ? 'ship' : 'boat';
    return sprintf('%s (%s, %d m)', $name, $kind, $length);
}

// Returns the boat, or null if the server does not have it.
function fetchBoat(CkHttp $http, string $baseUrl, int $id)
{
    $resp = $http->QuickRequest('GET', "$baseUrl/v1/boats/{$id}");
    if ($http->get_LastMethodSuccess() == false) {
        throw new RuntimeException("no answer for boat $id");
    }
    $status = $resp->get_StatusCode();
    if ($status !== 200) {
        echo "boat $id: status $status\n";
        return null;
    }
    $json = new CkJsonObject();
    $json->Load($resp->bodyStr());
    return $json;
}

function report(CkHttp $http, string $baseUrl, array $names): void
{
    $json = new CkJsonObject();
    $json->UpdateInt('count', count($names));
    $json->UpdateString('names', implode(', ', $names));
    $resp = $http->PostJson2("$baseUrl/v1/report", 'application/json', $json->emit());
    if ($http->get_LastMethodSuccess() == false) {
        throw new RuntimeException('no answer to the report');
    }
}

$baseUrl = getenv('BOATS_URL');
$http = new CkHttp();
$names = [];

try {
    foreach ([3, 5, 8] as $id) {
        $boat = fetchBoat($http, $baseUrl, $id);
        if ($boat === null) {
            continue;
        }
        $name = $boat->stringOf('name');
        echo describe($name, $boat->IntOf('length')), "\n";
        $names[] = $name;
    }
    if (count($names) === 0) {
        echo "no boats\n";
        exit(1);
    }
    report($http, $baseUrl, $names);
    printf("Reported %d boats\n", count($names));
} catch (Exception $e) {
    fwrite(STDERR, 'Failed: ' . $e->getMessage() . "\n");
    exit(1);
}
