# Converts a harbour list from XML, and looks up one boat.
require 'chilkat'

base_url = ENV["BOATS_URL"]

xml = Chilkat::CkXml.new()
success = xml.LoadXml("<harbour><name>Kiel</name></harbour>")
if success
  harbour = xml.getChildContent("name")
  puts "harbour: #{harbour}"
end

http = Chilkat::CkHttp.new()
body = http.quickGetStr("#{base_url}/v1/boats/3")
if http.get_LastMethodSuccess() == false
  warn http.lastErrorText()
  exit 1
end

json = Chilkat::CkJsonObject.new()
json.Load(body)
puts "name: #{json.stringOf("name")}"
