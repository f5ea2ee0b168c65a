http = Chilkat::CkHttp.new
json = Chilkat::CkJsonObject.new
h = { "zeta" => 1, "alpha" => 2 }
h.each { |k, v| json.UpdateInt(k, v) }
{ "b" => "x", "a" => "y" }.each { |k, v| json.UpdateString(k, v) }
puts json.emit
n = json.IntOf("n")
puts n / 2, -n % 3
x = 3.0
puts "x #{x}"
s = json.stringOf("a") || "none"
puts s
text = json.emit + "\n"
puts text
puts "a\n"
names = []
names[2] = "a"
puts names[5]
h = { "a" => "x" }
puts h["a"] || "none"
puts "has" if h["b"]
body = http.quickGetStr("http://localhost") || "none"
puts body
a = [1, 2, 3]
a.each_with_index { |x, i| puts "#{i}: #{x / 2} #{x % 2}" }
puts a[0], a[7].inspect
puts a.length / 2.0
total = a.length / 2
puts total
names = []
names << "a"
puts names[0]
puts names.length - 1
token = ENV["TOKEN"] || "none"
puts token
puts "odd" if a.length % 2 != 0
p = json.BoolOf("x") && json.BoolOf("y")
puts p
