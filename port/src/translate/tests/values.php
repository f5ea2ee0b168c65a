<?php
$json = new CkJsonObject();
$n = $json->IntOf("n");
echo "n: " . ($n % 3) . " " . intdiv($n, 2) . " " . ($n / 4) . " " . strlen("abc") . "\n";
$ok = $json->Load("{}");
echo $ok ? "yes" : "no";
echo "\n" . $ok . "\n";
$names = [];
$names[] = "a";
$names[3] = "b";
for ($i = 0; $i < count($names); $i++) { echo $names[$i] . "\n"; }
echo $names[1] . "\n";
$t = getenv("TOKEN") ?: "none";
echo $t;
$m = ["a" => "x", "b" => "y"];
echo $m["a"] . "\n";
$avg = $n / 2;
if ($avg > 1.5) echo "big\n";
$s = "a" . 1.5 . true . null . false;
echo $s;
$z = "3" + 4;
echo $z;
$arr = array("z" => 1, "a" => 2);
foreach ($arr as $k => $v) { $json->UpdateInt($k, $v); }
$h = ["x-a" => "b"];
$h["c"] = "d";
foreach ($h as $name => $value) { print $name . ": " . $value . "\n"; }
