require 'chilkat'
def names_of(json, key)
  result = []
  n = json.SizeOfArray(key)
  i = 0
  while i < n
    json.put_I(i)
    result << json.stringOf("#{key}[i].name")
    i += 1
  end
  result
end
def show(items, title = "Items")
  puts "#{title}:"
  items.each { |it| puts " - " + it }
end
def build(name, *rest)
  json = Chilkat::CkJsonObject.new()
  json.UpdateString("name", name)
  json
end
def risky(n)
  raise "negative" if n < 0
  n * 2
end
def wrap(n)
  begin
    return risky(n)
  rescue => e
    puts e.message
    return 0
  end
end
def test(http)
  resp = http.QuickGetObj("https://a.example/")
  return false if resp.nil?
  resp.get_StatusCode() < 400
end
http = Chilkat::CkHttp.new()
json = build("x")
show(names_of(json, "users"))
show(["a", "b"], "Letters")
puts wrap(2) + wrap(-1)
puts test(http) ? "up" : "down"
if test(http) && json.HasMember("a")
  puts "both"
end
list = names_of(json, "boats")
copy = list
copy << "z"
puts list.length + copy.length
puts list.first if list.length > 0
jarr = json.ArrayOf("tags")
unless jarr.nil?
  puts jarr.get_Size()
end
sub = json.ObjectOf("hull")
if sub == nil
  puts "no hull"
  exit 1
end
sub.UpdateInt("len", 3)
puts sub.emit()
n = json.SizeOfArray("boats")
if n < 0
  puts "no boats"
elsif n == 1
  puts "one"
end
idx = json.IndexOf("a")
puts idx if idx >= 0
puts "neg" if json.SizeOfArray("q") == -1
len = json.stringOf("a").length
puts len > 3 && len < 10
t = Time.now.to_i
puts t
f = 1.5 * 2
puts f
q = 7 / 2
puts q
puts 7 % 2
puts "a" * 3
puts "#{n > 1 ? "many" : "few"}"
bin = Chilkat::CkBinData.new()
bin.LoadFile("x.bin")
puts bin.get_NumBytes()
req = Chilkat::CkHttpRequest.new()
req.put_Path("/x")
path = req.path()
req.put_Path(path + "/y")
req.AddParam("n", n.to_s)
req.AddHeader("X", req.path())
resp = http.SynchronousRequest("a.example", 443, true, req)
if http.get_LastMethodSuccess() == true
  puts resp.get_StatusCode()
else
  puts http.lastErrorText()
end
body = resp.bodyStr()
puts body
puts body.length
json.Load(body)
ok = json.Load(resp.bodyStr())
puts ok
ok = json.LoadFile("x.json") && ok
puts "loaded" if ok
text = resp.header()
text = text + "more"
puts text
