<?php

require_once 'chilkat.php';

$baseUrl = getenv('BOATS_URL');
$http = new CkHttp();

// The name of the boat.
$body = $http->quickGetStr($baseUrl . '/v1/boats/3');
if (!$http->get_LastMethodSuccess()) {
    echo $http->lastErrorText(), "\n";
    exit(1);
}
$json = new CkJsonObject();
$json->Load($body);
echo 'Name: ', $json->stringOf('name'), "\n";

// The same boat as XML.
$xml = new CkXml();
$xml->put_Tag('boat');
$xml->UpdateChildContent('name', $json->stringOf('name'));
$text = $xml->getXml();
echo $text, "\n";

echo "Done.\n";
