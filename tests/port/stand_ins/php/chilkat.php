<?php

// A stand-in for PHP's extension chilkat, written for the tests of ports.
//
// It does what the scripts of the tests use: JSON with paths, texts, and requests by streams to a server without TLS.
// Each call becomes a line of JSON in the file that CALLS_FILE names: class, member, and arguments, objects as {}. A
// setter is a call with the value; LastErrorText and LastMethodSuccess are not recorded. As in the ports, a response of
// any status is a success.

const CHILKAT_JSON = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE;

// An object whose methods are protected, so that each call of a script comes to `__call`.
abstract class ChilkatObject
{
    public array $properties = [];

    public function __call(string $name, array $args)
    {
        $bare = preg_replace('/^(put|get)_/', '', $name);
        foreach (array_keys($this->properties) as $property) {
            if (strcasecmp($property, $bare) === 0) {
                $this->record($property, $args);
                if (count($args) === 1) {
                    $this->properties[$property] = $args[0];
                }
                return $this->properties[$property];
            }
        }
        $member = (new ReflectionMethod($this, $name))->getName();
        $this->record($member, $args);
        return $this->$member(...$args);
    }

    private function record(string $member, array $args): void
    {
        $path = getenv('CALLS_FILE');
        if ($path === false || $member === 'LastErrorText' || $member === 'LastMethodSuccess') {
            return;
        }
        $args = array_map(fn ($arg) => is_object($arg) ? new stdClass() : $arg, $args);
        $call = ['class' => substr(static::class, 2), 'member' => $member, 'args' => $args];
        file_put_contents($path, json_encode($call, CHILKAT_JSON) . "\n", FILE_APPEND);
    }
}

class CkStringBuilder extends ChilkatObject
{
    public string $text = '';

    protected function GetAsString(): string
    {
        return $this->text;
    }
}

class CkJsonObject extends ChilkatObject
{
    public array $properties = ['I' => 0, 'J' => 0, 'K' => 0];
    public $value;

    public function __construct()
    {
        $this->value = new stdClass();
    }

    // Returns the names (texts) and indices (numbers) of a path.
    private function steps(string $path): array
    {
        preg_match_all('/([^.\[\]]+)|\[([^\]]*)\]/', $path, $matches, PREG_SET_ORDER);
        $index = fn (string $text): int => $this->properties[strtoupper($text)] ?? (int) $text;
        return array_map(fn (array $match) => isset($match[2]) ? $index($match[2]) : $match[1], $matches);
    }

    private function find(string $path)
    {
        $value = $this->value;
        foreach ($this->steps($path) as $step) {
            $value = is_int($step) ? ((array) $value)[$step] ?? null : $value->$step ?? null;
        }
        return $value;
    }

    private function update(string $path, $new): bool
    {
        $place = &$this->value;
        foreach ($this->steps($path) as $step) {
            if (is_int($step)) {
                $place = array_pad($place ?? [], $step + 1, null);
                $place = &$place[$step];
            } else {
                $place ??= new stdClass();
                $place = &$place->$step;
            }
        }
        $place = $new;
        return true;
    }

    protected function Load(string $text): bool
    {
        $this->value = json_decode($text) ?? $this->value;
        return json_last_error() === JSON_ERROR_NONE;
    }

    protected function LoadSb(CkStringBuilder $sb): bool
    {
        return $this->Load($sb->text);
    }

    protected function Emit(): string
    {
        return json_encode($this->value, CHILKAT_JSON);
    }

    protected function UpdateString(string $path, string $value): bool
    {
        return $this->update($path, $value);
    }

    protected function UpdateInt(string $path, int $value): bool
    {
        return $this->update($path, $value);
    }

    protected function UpdateBool(string $path, bool $value): bool
    {
        return $this->update($path, $value);
    }

    protected function StringOf(string $path): string
    {
        $value = $this->find($path) ?? '';
        return is_string($value) ? $value : json_encode($value, CHILKAT_JSON);
    }

    protected function IntOf(string $path): int
    {
        $value = $this->find($path);
        return is_scalar($value) ? (int) $value : 0;
    }

    protected function SizeOfArray(string $path): int
    {
        $value = $this->find($path);
        return is_array($value) ? count($value) : -1;
    }
}

class CkHttpResponse extends ChilkatObject
{
    public array $properties = ['StatusCode' => 0, 'StatusText' => '', 'Header' => '', 'BodyStr' => ''];

    protected function GetBodySb(CkStringBuilder $sb): bool
    {
        $sb->text = $this->properties['BodyStr'];
        return true;
    }
}

class CkHttpRequest extends ChilkatObject
{
    private const BOUNDARY = '------------boats';

    public array $properties = ['HttpVerb' => 'GET', 'Path' => '/', 'ContentType' => ''];
    public array $params = [];
    public array $headers = [];
    private array $files = [];

    protected function AddParam(string $name, string $value): void
    {
        $this->params[$name] = $value;
    }

    protected function AddHeader(string $name, string $value): void
    {
        $this->headers[$name] = $value;
    }

    protected function AddStringForUpload2(string $name, string $filename, string $text, string $charset, string $type)
    {
        $this->files[] = [$name, $filename, $text, $type];
        return true;
    }

    protected function AddFileForUpload2(string $name, string $path, string $type): bool
    {
        $this->files[] = [$name, basename($path), file_get_contents($path), $type];
        return true;
    }

    // Returns the path, the type and the body.
    public function content(): array
    {
        $path = $this->properties['Path'];
        if ($this->properties['ContentType'] === 'multipart/form-data') {
            return [$path, 'multipart/form-data; boundary=' . self::BOUNDARY, $this->multipart()];
        }
        return [$path, 'application/x-www-form-urlencoded', http_build_query($this->params)];
    }

    private function multipart(): string
    {
        $start = '--' . self::BOUNDARY . "\r\nContent-Disposition: form-data; name=";
        $body = '';
        foreach ($this->params as $name => $value) {
            $body .= "$start\"$name\"\r\n\r\n$value\r\n";
        }
        foreach ($this->files as [$name, $filename, $content, $type]) {
            $file = $filename === '' ? '' : "; filename=\"$filename\"";
            $body .= "$start\"$name\"$file\r\nContent-Type: $type\r\n\r\n$content\r\n";
        }
        return $body . '--' . self::BOUNDARY . "--\r\n";
    }
}

class CkHttp extends ChilkatObject
{
    public array $properties =
        ['AuthToken' => '', 'LastStatus' => 0, 'LastErrorText' => '', 'LastMethodSuccess' => true];
    private array $headers = [];

    private function send(string $verb, string $url, string $body = '', string $type = '', array $headers = [])
    {
        $fields = array_merge($this->headers, $headers);
        if ($type !== '') {
            $fields['Content-Type'] = $type;
        }
        if ($this->properties['AuthToken'] !== '') {
            $fields['Authorization'] = 'Bearer ' . $this->properties['AuthToken'];
        }
        $lines = array_map(fn ($name, $value) => "$name: $value", array_keys($fields), $fields);
        $options = ['method' => $verb, 'header' => $lines, 'content' => $body, 'timeout' => 20];
        $options += ['ignore_errors' => true, 'follow_location' => 0, 'protocol_version' => '1.1'];
        $text = @file_get_contents($url, false, stream_context_create(['http' => $options]));
        $fields = $http_response_header ?? ['HTTP/1.1 0 -'];
        [, $status, $reason] = explode(' ', array_shift($fields), 3);
        $this->properties['LastStatus'] = (int) $status;
        $this->properties['LastMethodSuccess'] = $text !== false;
        $this->properties['LastErrorText'] = $text === false ? error_get_last()['message'] : '';
        $resp = new CkHttpResponse();
        $resp->properties = [
            'StatusCode' => (int) $status,
            'StatusText' => $reason,
            'Header' => implode("\r\n", $fields) . "\r\n",
            'BodyStr' => $text,
        ];
        return $text === false ? null : $resp;
    }

    protected function SetRequestHeader(string $name, string $value): void
    {
        $this->headers[$name] = $value;
    }

    protected function QuickGetSb(string $url, CkStringBuilder $sb): bool
    {
        $resp = $this->send('GET', $url);
        $sb->text = $resp?->properties['BodyStr'] ?? '';
        return $resp !== null;
    }

    protected function QuickGetStr(string $url): ?string
    {
        return $this->send('GET', $url)?->properties['BodyStr'];
    }

    protected function QuickGetObj(string $url): ?CkHttpResponse
    {
        return $this->send('GET', $url);
    }

    protected function QuickRequest(string $verb, string $url): ?CkHttpResponse
    {
        return $this->send($verb, $url);
    }

    protected function QuickRequestParams(string $verb, string $url, CkJsonObject $params): ?CkHttpResponse
    {
        return $this->send($verb, $url . '?' . http_build_query((array) $params->value));
    }

    protected function PostJson2(string $url, string $type, string $text): ?CkHttpResponse
    {
        return $this->send('POST', $url, $text, $type);
    }

    protected function PostJson3(string $url, string $type, CkJsonObject $json): ?CkHttpResponse
    {
        return $this->send('POST', $url, json_encode($json->value, CHILKAT_JSON), $type);
    }

    protected function SynchronousRequest(string $domain, int $port, bool $ssl, CkHttpRequest $req): ?CkHttpResponse
    {
        [$path, $type, $body] = $req->content();
        return $this->send($req->properties['HttpVerb'], "http://$domain:$port$path", $body, $type, $req->headers);
    }
}
