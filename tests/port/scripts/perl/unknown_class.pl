#!/usr/bin/perl
use strict;
use warnings;
use chilkat();

my $base_url = $ENV{BOATS_URL};
my $http = chilkat::CkHttp->new();

# The name of the boat.
my $body = $http->quickGetStr("$base_url/v1/boats/3");
if (!$http->get_LastMethodSuccess()) {
    print STDERR $http->lastErrorText(), "\n";
    exit 1;
}
my $json = chilkat::CkJsonObject->new();
$json->Load($body);
print 'Name: ', $json->stringOf('name'), "\n";

# When that was.
my $when = chilkat::CkDateTime->new();
$when->SetFromCurrentSystemTime();
my $stamp = $when->getAsTimestamp(0);
print "Asked at $stamp\n";

print "Done.\n";
