#!/usr/bin/perl
use strict;
use warnings;
use chilkat();

use constant LARGE => 10;

# Says what kind of vessel it is.
sub describe {
    my ($name, $length) = @_;
    my $kind = $length >= LARGE ? 'ship' : 'boat';
    return sprintf('%s (%s, %d m)', $name, $kind, $length);
}

# Returns the boat, or nothing if the server does not have it.
sub fetch_boat {
    my ($http, $base_url, $id) = @_;
    my $resp = $http->QuickRequest('GET', "$base_url/v1/boats/$id");
    die "no answer for boat $id\n" unless $http->get_LastMethodSuccess();
    my $status = $resp->get_StatusCode();
    if ($status != 200) {
        print "boat $id: status $status\n";
        return undef;
    }
    my $json = chilkat::CkJsonObject->new();
    $json->Load($resp->bodyStr());
    return $json;
}

sub report {
    my $http = shift;
    my $base_url = shift;
    my $names = shift;
    my $json = chilkat::CkJsonObject->new();
    $json->UpdateInt('count', scalar(@$names));
    $json->UpdateString('names', join(', ', @$names));
    $http->PostJson2("$base_url/v1/report", 'application/json', $json->emit());
    die "no answer to the report\n" unless $http->get_LastMethodSuccess();
}

my $base_url = $ENV{BOATS_URL};
my $http = chilkat::CkHttp->new();
my @names;

eval {
    foreach my $id (3, 5, 8) {
        my $boat = fetch_boat($http, $base_url, $id);
        next unless defined $boat;
        my $name = $boat->stringOf('name');
        print describe($name, $boat->IntOf('length')), "\n";
        push @names, $name;
    }
    if (!@names) {
        print "no boats\n";
        exit(1);
    }
    report($http, $base_url, \@names);
    printf("Reported %d boats\n", scalar(@names));
    1;
} or do {
    print STDERR "Failed: $@";
    exit(1);
};
