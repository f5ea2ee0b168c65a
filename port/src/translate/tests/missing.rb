require 'chilkat'
xml = Chilkat::CkXml.new()
xml.LoadXmlFile("a.xml")
token = xml.getChildContent("token")
http = Chilkat::CkHttp.new()
http.put_AuthToken(token)
if xml.get_NumChildren() > 3
  resp = http.QuickGetObj("https://x.example/")
  puts resp.bodyStr()
end
while xml.NextSibling2()
  puts http.quickGetStr("https://x.example/" + xml.content)
end
count = xml.get_NumChildren()
for i in 0...count
  puts i
end
def parse(xml, name)
  xml.FindChild2(name)
  xml.content
end
puts parse(xml, "a")
json = Chilkat::CkJsonObject.new()
json.UpdateString("t", parse(xml, "b"))
json.UpdateInt("n", count)
name = json.stringOf("t") || "none"
name = xml.tag if count > 3
puts name
begin
  xml.Foo()
  http.QuickGetStr("https://x.example/2")
rescue => e
  puts e
end
x = nil
x = 5 if count == 2
puts x
y = "a"
y = 5
puts y
z = [1, "a", 2.5]
puts z.length
case count
when 1 then puts json.emit
end
http.S3_UploadFile("a", "b")
http.put_NtlmAuth(true)
f = json.FirebasePut("a", "b")
puts "f" if f
return if token == "x"
exit 3
puts "never"
