# A stand-in for the module chilkat, written for the tests of ports.
#
# It does what the scripts of the tests and of examples/porting use: JSON with paths, texts, and requests by net/http
# to a server without TLS. Each call becomes a line of JSON in the file that CALLS_FILE names: class, member, and
# arguments, objects as {}. A setter is a call with the value; LastErrorText and LastMethodSuccess are not recorded. As
# in the ports, a response of any status is a success.

require "json"
require "net/http"
require "uri"

module Chilkat
  # An object whose properties are in @state and whose methods have Chilkat's names with do_ before them.
  class Base
    QUIET = ["LastErrorText", "LastMethodSuccess"].freeze
    attr_reader :state

    def initialize
      @state = self.class::DEFAULTS.dup
    end

    def self.label
      name.split("::").last.delete_prefix("Ck")
    end

    def record(member, args)
      path = ENV["CALLS_FILE"]
      return if path.nil? || QUIET.include?(member)

      args = args.map { |arg| arg.is_a?(Base) ? {} : arg }
      line = JSON.generate({ "class" => self.class.label, "member" => member, "args" => args })
      File.open(path, "a") { |calls| calls.puts(line) }
    end

    def read(member)
      record(member, [])
      getter = "value_of_#{member}"
      respond_to?(getter) ? send(getter) : @state.fetch(member)
    end

    def method_missing(name, *args, &block)
      name = name.to_s
      if name.start_with?("put_")
        record(name[4..], args)
        return @state[name[4..]] = args[0]
      end
      return read(name[4..]) if name.start_with?("get_")

      member = name[0].upcase + name[1..]
      return if block
      return read(member) if @state.key?(member)
      raise NoMethodError, "#{self.class.label} has no #{name} here" unless respond_to?("do_#{member}")

      record(member, args)
      send("do_#{member}", *args)
    end

    def respond_to_missing?(*)
      false
    end
  end

  class CkStringBuilder < Base
    DEFAULTS = { "text" => "", "Length" => 0 }.freeze

    def value_of_Length
      @state["text"].length
    end

    def do_Append(text)
      @state["text"] += text
      true
    end

    def do_GetAsString
      @state["text"]
    end
  end

  # What JsonObject and JsonArray have in common.
  class JsonBase < Base
    def initialize(value = nil)
      super()
      @state["value"] = value.nil? ? self.class::EMPTY.dup : value
    end

    def value_of_Size
      @state["value"].length
    end

    def emit_text
      @state["EmitCompact"] ? JSON.generate(@state["value"]) : JSON.pretty_generate(@state["value"])
    end

    def load_text(text)
      @state["value"] = JSON.parse(text)
      true
    rescue JSON::ParserError
      false
    end

    def steps(path)
      path.scan(/([^.\[\]]+)|\[([^\]]*)\]/).map do |name, index|
        next name if name

        %w[i j k].include?(index) ? @state[index.upcase] : index.to_i
      end
    end

    def find(path)
      steps(path).reduce(@state["value"]) do |value, step|
        fits = step.is_a?(Integer) ? value.is_a?(Array) : value.is_a?(Hash)
        fits ? value[step] : nil
      end
    end

    def update(path, new)
      all = steps(path)
      value = @state["value"]
      all.each_cons(2) do |step, following|
        value[step] = following.is_a?(Integer) ? [] : {} if value[step].nil?
        value = value[step]
      end
      value[all.last] = new
      true
    end

    def do_Load(text)
      load_text(text)
    end

    def do_LoadSb(builder)
      load_text(builder.state["text"])
    end

    def do_Emit
      emit_text
    end

    def do_EmitSb(builder)
      builder.state["text"] += emit_text
      true
    end
  end

  class CkJsonObject < JsonBase
    DEFAULTS = { "EmitCompact" => true, "I" => 0, "J" => 0, "K" => 0, "Size" => 0 }.freeze
    EMPTY = {}.freeze

    def do_UpdateString(path, value)
      update(path, value)
    end
    alias do_UpdateInt do_UpdateString
    alias do_UpdateBool do_UpdateString

    def do_UpdateNull(path)
      update(path, nil)
    end

    def do_UpdateNumber(path, value)
      update(path, JSON.parse(value))
    end

    def do_StringOf(path)
      value = find(path)
      return "" if value.nil?

      value.is_a?(String) ? value : JSON.generate(value)
    end

    def do_IntOf(path)
      value = find(path)
      value.is_a?(Numeric) ? value.to_i : 0
    end

    def do_BoolOf(path)
      find(path) == true
    end

    def do_HasMember(path)
      !find(path).nil?
    end

    def do_SizeOfArray(path)
      value = find(path)
      value.is_a?(Array) ? value.length : -1
    end

    def do_ObjectOf(path)
      value = find(path)
      value.is_a?(Hash) ? CkJsonObject.new(value) : nil
    end

    def do_ArrayOf(path)
      value = find(path)
      value.is_a?(Array) ? CkJsonArray.new(value) : nil
    end

    def do_AddArrayCopyAt(_index, name, array)
      @state["value"][name] = JSON.parse(array.emit_text)
      true
    end
  end

  class CkJsonArray < JsonBase
    DEFAULTS = { "EmitCompact" => true, "I" => 0, "J" => 0, "K" => 0, "Size" => 0 }.freeze
    EMPTY = [].freeze

    def do_AddObjectAt(index)
      @state["value"].insert(index, {})
      true
    end

    def do_ObjectAt(index)
      CkJsonObject.new(@state["value"][index])
    end

    def do_StringAt(index)
      @state["value"][index].to_s
    end
  end

  class CkHttpResponse < Base
    DEFAULTS = { "StatusCode" => 0, "StatusText" => "", "Header" => "", "BodyStr" => "" }.freeze

    def do_GetBodySb(builder)
      builder.state["text"] = @state["BodyStr"]
      true
    end
  end

  class CkHttpRequest < Base
    DEFAULTS = { "HttpVerb" => "GET", "Path" => "/", "ContentType" => "" }.freeze
    BOUNDARY = "------------boats".freeze

    def initialize
      super
      @state.update("params" => [], "headers" => {}, "files" => [], "body" => nil)
    end

    def do_AddParam(name, value)
      @state["params"] << [name, value]
    end

    def do_AddHeader(name, value)
      @state["headers"][name] = value
    end

    def do_AddStringForUpload2(name, filename, text, _charset, type)
      @state["files"] << [name, filename, text, type]
      true
    end

    def do_AddFileForUpload2(name, path, type)
      @state["files"] << [name, File.basename(path), File.binread(path), type]
      true
    end

    def do_LoadBodyFromSb(builder, _charset)
      @state["body"] = builder.state["text"]
      true
    end

    def do_LoadBodyFromString(text, _charset)
      @state["body"] = text
      true
    end

    # Returns the path, the type and the body.
    def content
      query = URI.encode_www_form(@state["params"])
      return [@state["Path"], @state["ContentType"], @state["body"]] if @state["body"]
      if @state["ContentType"] == "multipart/form-data"
        return [@state["Path"], "multipart/form-data; boundary=#{BOUNDARY}", multipart]
      end
      if ["GET", "DELETE"].include?(@state["HttpVerb"])
        return [@state["Path"] + (query.empty? ? "" : "?#{query}"), "", nil]
      end

      [@state["Path"], "application/x-www-form-urlencoded", query]
    end

    def multipart
      body = "".b
      @state["params"].each do |name, value|
        body << "--#{BOUNDARY}\r\nContent-Disposition: form-data; name=\"#{name}\"\r\n\r\n#{value}\r\n".b
      end
      @state["files"].each do |name, filename, content, type|
        file = filename.empty? ? "" : "; filename=\"#{filename}\""
        body << "--#{BOUNDARY}\r\nContent-Disposition: form-data; name=\"#{name}\"#{file}\r\n".b
        body << "Content-Type: #{type}\r\n\r\n".b << content.b << "\r\n".b
      end
      body << "--#{BOUNDARY}--\r\n".b
    end
  end

  class CkHttp < Base
    DEFAULTS = {
      "AuthToken" => "", "BasicAuth" => false, "Login" => "", "Password" => "", "PercentDoneScale" => 100,
      "HeartbeatMs" => 0, "LastStatus" => 0, "LastErrorText" => "", "LastMethodSuccess" => true, "LastHeader" => ""
    }.freeze

    def initialize
      super
      @state["headers"] = {}
    end

    def do_SetRequestHeader(name, value)
      @state["headers"][name] = value
    end

    def transfer(verb, url, body = nil, type = "", headers = {})
      uri = URI.parse(url)
      request = Net::HTTPGenericRequest.new(verb, !body.nil?, true, uri.request_uri, "Accept-Encoding" => "identity")
      @state["headers"].merge(headers).each { |name, value| request[name] = value }
      request["Content-Type"] = type unless type.empty?
      request.body = body if body
      if !@state["AuthToken"].empty?
        request["Authorization"] = "Bearer #{@state["AuthToken"]}"
      elsif @state["BasicAuth"]
        request.basic_auth(@state["Login"], @state["Password"])
      end
      @state.update("LastStatus" => 0, "LastMethodSuccess" => false)
      respond(Net::HTTP.start(uri.host, uri.port, read_timeout: 20) { |http| http.request(request) })
    rescue SystemCallError, IOError, SocketError => e
      @state["LastErrorText"] = e.message
      nil
    end

    def respond(answer)
      header = answer.each_capitalized.map { |name, value| "#{name}: #{value}\r\n" }.join
      @state.update("LastStatus" => answer.code.to_i, "LastMethodSuccess" => true, "LastErrorText" => "",
                    "LastHeader" => header)
      resp = CkHttpResponse.new
      resp.state.update("StatusCode" => answer.code.to_i, "StatusText" => answer.message, "Header" => header,
                        "BodyStr" => answer.body.to_s.dup.force_encoding("UTF-8"))
      resp
    end

    def do_QuickGetSb(url, builder)
      resp = transfer("GET", url)
      builder.state["text"] = resp ? resp.state["BodyStr"] : ""
      !resp.nil?
    end

    def do_QuickGetStr(url)
      resp = transfer("GET", url)
      resp && resp.state["BodyStr"]
    end

    def do_QuickGetObj(url)
      transfer("GET", url)
    end

    def do_QuickRequest(verb, url)
      transfer(verb, url)
    end

    def do_QuickRequestParams(verb, url, params)
      transfer(verb, "#{url}?#{URI.encode_www_form(params.state["value"])}")
    end

    def do_PostJson2(url, type, text)
      transfer("POST", url, text, type)
    end

    def do_PostJson3(url, type, json)
      transfer("POST", url, json.emit_text, type)
    end

    def do_PTextSb(verb, url, builder, _charset, type, _md5, _gzip)
      transfer(verb, url, builder.state["text"], type)
    end

    def do_PostUrlEncoded(url, req)
      body = URI.encode_www_form(req.state["params"])
      transfer("POST", url, body, "application/x-www-form-urlencoded", req.state["headers"])
    end

    def do_SynchronousRequest(domain, port, _ssl, req)
      path, type, body = req.content
      transfer(req.state["HttpVerb"], "http://#{domain}:#{port}#{path}", body, type, req.state["headers"])
    end

    def do_HttpNoBody(verb, url, resp)
      answer = transfer(verb, url)
      resp.state.update(answer.state) if answer
      !answer.nil?
    end

    def do_Download(url, path)
      answer = transfer("GET", url)
      @state["LastMethodSuccess"] = !answer.nil? && answer.state["StatusCode"] < 400
      File.write(path, answer.state["BodyStr"]) if @state["LastMethodSuccess"]
      @state["LastMethodSuccess"]
    end
  end

  # Enough of a class that the ports do not have: one level of elements.
  class CkXml < Base
    DEFAULTS = { "text" => "" }.freeze

    def do_LoadXml(text)
      @state["text"] = text
      true
    end

    def do_GetChildContent(tag)
      @state["text"][%r{<#{tag}>([^<]*)</#{tag}>}, 1]
    end
  end
end
