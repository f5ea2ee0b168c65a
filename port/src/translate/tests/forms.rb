require 'chilkat'
# text functions
def shorten(text, n = 5)
  return text if text.length <= n
  text[0, n] + "..."
end
def factorial(n)
  return 1 if n <= 1
  n * factorial(n - 1)
end
def find_user(json, email)
  i = 0
  n = json.SizeOfArray("users")
  while i < n
    json.put_I(i)
    if json.stringOf("users[i].email") == email
      return json.stringOf("users[i].id")
    end
    i += 1
  end
  nil
end
def fill(json, name)
  json.UpdateString("name", name)
  json.UpdateBool("active", true)
end
s = "Hello, World"
puts s.upcase, s.downcase
puts s.length
puts s.include?("World")
puts s.start_with?("He") ? "yes" : "no"
puts shorten(s)
puts shorten(s, 3)
puts factorial(5)
parts = "a,b,c".split(",")
parts.each do |part|
  puts part
end
parts.each_with_index do |part, i|
  puts "#{i}: #{part}"
end
puts parts.join("-")
puts parts.length
total = 0
[1, 2, 3].each { |x| total += x }
puts "total #{total}"
puts "avg #{total / 3.0}"
h = { "a" => 1, "b" => 2 }
h["c"] = 3
h.each do |k, v|
  puts "#{k}=#{v}"
end
puts h["a"]
puts h.key?("z")
json = Chilkat::CkJsonObject.new()
json.Load('{"users":[{"email":"a@b","id":"1"}]}')
id = find_user(json, "a@b")
if id.nil?
  puts "none"
else
  puts "found #{id}"
end
if id
  puts id.length
end
out = Chilkat::CkJsonObject.new()
fill(out, "Ida")
puts out.emit
x = 10
x -= 3
x *= 2
puts x
y = -x.abs
puts y
text = ""
3.times do |i|
  text += "line #{i}\n"
end
print text
port = ENV["PORT"] || "443"
puts port.to_i + 1
case x
when 1 then puts "one"
when 14 then puts "fourteen"
else puts "other"
end
case s
when "a" then puts "A"
when "Hello, World" then puts "HW"
end
1.upto(3) { |i| puts i }
10.downto(7) { |i| puts i }
puts s.sub("World", "You").strip
puts s.gsub("l", "L")
puts s.index("World")
until x == 0
  x -= 1
  next if x == 5
  break if x == 2
end
sb = Chilkat::CkStringBuilder.new()
sb.Append("lorem")
puts sb.getAsString
puts sb.get_Length
jarr = Chilkat::CkJsonArray.new()
jarr.AddStringAt(-1, "x")
n = jarr.get_Size
(0...n).each { |i| puts jarr.stringAt(i) }
http = Chilkat::CkHttp.new()
req = Chilkat::CkHttpRequest.new()
req.AddStringForUpload2("ids","",jarr.emit,"utf-8","application/json")
begin
  raise "bad" if n > 5
  puts "fine"
rescue StandardError => e
  puts "caught #{e.message}"
ensure
  puts "done"
end
