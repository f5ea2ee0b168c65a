# A stand-in for Perl's module chilkat, written for the tests of ports.
#
# It does what the scripts of the tests use: JSON with paths, texts, and requests by HTTP::Tiny to a server without TLS.
# Each call becomes a line of JSON in the file that CALLS_FILE names: class, member, and arguments, objects as {}. A
# setter is a call with the value; LastErrorText and LastMethodSuccess are not recorded. As in the ports, a response of
# any status is a success. Texts are bytes in UTF-8.

package chilkat;

use strict;
use warnings;

use File::Basename ();
use HTTP::Tiny ();
use JSON::PP ();

my $BOUNDARY = '------------boats';

# Writes texts, numbers and booleans.
my $SCALAR = JSON::PP->new->allow_nonref;

my %PROPERTIES = (
    StringBuilder => {},
    JsonObject    => { I => 0, J => 0, K => 0 },
    HttpRequest   => { HttpVerb => 'GET', Path => '/', ContentType => '' },
    HttpResponse  => { StatusCode => 0, StatusText => '', Header => '', BodyStr => '' },
    Http          => { AuthToken => '', LastStatus => 0, LastErrorText => '', LastMethodSuccess => 1 },
);

# JSON: an object is a chilkat::Ordered, as hashes have no order; an array is an array.

sub ordered {
    return bless { names => [], values => {} }, 'chilkat::Ordered';
}

sub is_ordered {
    return ref $_[0] eq 'chilkat::Ordered';
}

# Returns the place of a name or an index, which is made if the value does not have it.
sub place {
    my ($value, $step) = @_;
    return \$value->[$step] if ref $value eq 'ARRAY';
    push @{ $value->{names} }, $step unless exists $value->{values}{$step};
    return \$value->{values}{$step};
}

sub json_text {
    my ($value) = @_;
    return '[' . join(',', map { json_text($_) } @$value) . ']' if ref $value eq 'ARRAY';
    return $SCALAR->encode($value) unless is_ordered($value);
    my @members = map { $SCALAR->encode($_) . ':' . json_text($value->{values}{$_}) } @{ $value->{names} };
    return '{' . join(',', @members) . '}';
}

# Reads a value from where the last match in the text ended.
sub json_value {
    my ($text) = @_;
    if ($$text =~ /\G\s*([\[{])\s*/gc) {
        my ($value, $end) = $1 eq '[' ? ([], qr/\]/) : (ordered(), qr/\}/);
        until ($$text =~ /\G\s*$end/gc) {
            my $step = ref $value eq 'ARRAY' ? @$value : json_value($text);
            $$text =~ /\G\s*:/gc;
            ${ place($value, $step) } = json_value($text);
            $$text =~ /\G\s*(?:,|(?=$end))/gc or die "JSON ends too early\n";
        }
        return $value;
    }
    $$text =~ /\G\s*("(?:[^"\\]|\\.)*"|[-+.\w]+)/gc or die "not JSON\n";
    my $written = $1;
    my $scalar  = JSON::PP->new->utf8->allow_nonref->decode($written);
    utf8::encode($scalar) if $written =~ /^"/;
    return $scalar;
}

# Returns the names and the indices of a path; the indices are references.
sub steps {
    my ($json, $path) = @_;
    my @steps;
    while ($path =~ /([^.\[\]]+)|\[([^\]]*)\]/g) {
        push @steps, defined $1 ? $1 : \($json->{properties}{ uc $2 } // 0 + $2);
    }
    return @steps;
}

sub find {
    my ($json, $path) = @_;
    my $value = $json->{value};
    for my $step (steps($json, $path)) {
        return undef unless ref $step ? ref $value eq 'ARRAY' : is_ordered($value);
        $value = ref $step ? $value->[$$step] : $value->{values}{$step};
    }
    return $value;
}

sub update {
    my ($json, $path, $new) = @_;
    my $place = \$json->{value};
    for my $step (steps($json, $path)) {
        $$place //= ref $step ? [] : ordered();
        $place = place($$place, ref $step ? $$step : $step);
    }
    $$place = $new;
    return 1;
}

# HTTP.

sub multipart {
    my ($req) = @_;
    my $start = "--$BOUNDARY\r\nContent-Disposition: form-data; name=";
    my $body  = join '', map { qq($start"$_->[0]"\r\n\r\n$_->[1]\r\n) } @{ $req->{params} };
    for my $part (@{ $req->{files} }) {
        my ($name, $filename, $content, $type) = @$part;
        my $file = $filename eq '' ? '' : qq(; filename="$filename");
        $body .= qq($start"$name"$file\r\nContent-Type: $type\r\n\r\n$content\r\n);
    }
    return "$body--$BOUNDARY--\r\n";
}

sub transfer {
    my ($http, $verb, $url, $body, $type, $headers) = @_;
    my %fields = (%{ $http->{headers} // {} }, %{ $headers // {} });
    $fields{'Content-Type'}  = $type                                   if defined $type;
    $fields{'Authorization'} = "Bearer $http->{properties}{AuthToken}" if $http->{properties}{AuthToken} ne '';
    # Proxies of the environment are not used.
    my $client = HTTP::Tiny->new(proxy => undef, http_proxy => undef, max_redirect => 0, timeout => 20);
    my $answer = $client->request($verb, $url, { headers => \%fields, content => $body // '' });
    my $failed = $answer->{status} == 599;
    $http->{properties}{LastStatus}        = $failed ? 0                  : 0 + $answer->{status};
    $http->{properties}{LastErrorText}     = $failed ? $answer->{content} : '';
    $http->{properties}{LastMethodSuccess} = $failed ? 0                  : 1;
    return undef if $failed;
    my $resp = chilkat::CkHttpResponse->new();
    my $lines = $answer->{headers};
    $resp->{properties} = {
        StatusCode => 0 + $answer->{status},
        StatusText => $answer->{reason},
        Header     => join('', map { "$_: $lines->{$_}\r\n" } sort keys %$lines),
        BodyStr    => $answer->{content},
    };
    return $resp;
}

sub body_of {
    my ($resp) = @_;
    return $resp && $resp->{properties}{BodyStr};
}

my %METHODS = (
    StringBuilder => {
        GetAsString => sub { $_[0]{text} // '' },
    },
    JsonObject => {
        Load => sub {
            my ($json, $text) = @_;
            my $value = eval { json_value(\$text) };
            $json->{value} = $value if ref $value;
            return ref $value ? 1 : 0;
        },
        LoadSb       => sub { $_[0]->call('Load', $_[1]{text}) },
        Emit         => sub { json_text($_[0]{value} // ordered()) },
        UpdateString => sub { update($_[0], $_[1], "$_[2]") },
        UpdateInt    => sub { update($_[0], $_[1], 0 + $_[2]) },
        UpdateBool   => sub { update($_[0], $_[1], $_[2] ? JSON::PP::true : JSON::PP::false) },
        StringOf     => sub {
            my $value = find(@_) // '';
            return ref $value ? json_text($value) : $value;
        },
        IntOf       => sub { int(find(@_) // 0) },
        SizeOfArray => sub {
            my $value = find(@_);
            return ref $value eq 'ARRAY' ? scalar @$value : -1;
        },
    },
    HttpRequest => {
        AddParam            => sub { push @{ $_[0]{params} }, [ @_[ 1, 2 ] ] },
        AddHeader           => sub { $_[0]{headers}{ $_[1] } = $_[2] },
        AddStringForUpload2 => sub { push @{ $_[0]{files} }, [ @_[ 1, 2, 3, 5 ] ]; 1 },
        AddFileForUpload2   => sub {
            my ($req, $name, $path, $type) = @_;
            open my $file, '<:raw', $path or return 0;
            local $/;
            push @{ $req->{files} }, [ $name, File::Basename::basename($path), scalar <$file>, $type ];
            return 1;
        },
    },
    HttpResponse => {
        GetBodySb => sub { $_[1]{text} = body_of($_[0]); 1 },
    },
    Http => {
        SetRequestHeader => sub { $_[0]{headers}{ $_[1] } = $_[2] },
        QuickGetSb       => sub {
            my ($http, $url, $sb) = @_;
            my $resp = transfer($http, 'GET', $url);
            $sb->{text} = body_of($resp);
            return $resp ? 1 : 0;
        },
        QuickGetStr        => sub { body_of(transfer($_[0], 'GET', $_[1])) },
        QuickGetObj        => sub { transfer($_[0], 'GET', $_[1]) },
        QuickRequest       => sub { transfer(@_) },
        QuickRequestParams => sub {
            my ($http, $verb, $url, $params) = @_;
            my $value = $params->{value};
            my @pairs = map { $_ => $value->{values}{$_} } @{ $value->{names} };
            return transfer($http, $verb, "$url?" . HTTP::Tiny->new->www_form_urlencode(\@pairs));
        },
        PostJson2 => sub { transfer($_[0], 'POST', @_[ 1, 3, 2 ]) },
        PostJson3 => sub { transfer($_[0], 'POST', $_[1], json_text($_[3]{value}), $_[2]) },
        SynchronousRequest => sub {
            my ($http, $domain, $port, $ssl, $req) = @_;
            my ($verb, $path, $type) = @{ $req->{properties} }{qw(HttpVerb Path ContentType)};
            my $body = HTTP::Tiny->new->www_form_urlencode([ map { @$_ } @{ $req->{params} } ]);
            my @content =
                $type eq 'multipart/form-data'
                ? (multipart($req), "$type; boundary=$BOUNDARY")
                : ($body, 'application/x-www-form-urlencoded');
            return transfer($http, $verb, "http://$domain:$port$path", @content, $req->{headers});
        },
    },
);

# An object: `properties`, and what its methods keep.
package chilkat::Object;

our $AUTOLOAD;

sub new {
    my ($class) = @_;
    my ($name) = $class =~ /Ck(\w+)$/;
    return bless { class => $name, properties => { %{ $PROPERTIES{$name} } } }, $class;
}

sub call {
    my ($self, $member, @args) = @_;
    return $METHODS{ $self->{class} }{$member}->($self, @args);
}

sub record {
    my ($self, $member, @args) = @_;
    return if !defined $ENV{CALLS_FILE} || $member =~ /^(?:LastErrorText|LastMethodSuccess)$/;
    my $args = join ',', map { ref $_ ? '{}' : $SCALAR->encode($_) } @args;
    open my $calls, '>>', $ENV{CALLS_FILE} or die "$ENV{CALLS_FILE}: $!\n";
    print $calls qq({"class":"$self->{class}","member":"$member","args":[$args]}\n);
}

sub DESTROY { }

sub AUTOLOAD {
    my ($self, @args) = @_;
    my ($name) = $AUTOLOAD =~ /(\w+)$/;
    (my $bare = lc $name) =~ s/^(?:put|get)_//;
    my ($property) = grep { lc eq $bare } keys %{ $self->{properties} };
    if (defined $property) {
        record($self, $property, @args);
        $self->{properties}{$property} = $args[0] if @args;
        return $self->{properties}{$property};
    }
    my ($member) = grep { lc eq $bare } keys %{ $METHODS{ $self->{class} } };
    die "$self->{class} has no $name here\n" unless defined $member;
    record($self, $member, @args);
    return $self->call($member, @args);
}

{
    no strict "refs";
    @{"chilkat::Ck${_}::ISA"} = ('chilkat::Object') for keys %PROPERTIES;
}

1;
