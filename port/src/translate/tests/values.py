import chilkat, os
json = chilkat.CkJsonObject()
def mean(xs):
    total = 0
    for x in xs:
        total += x
    return total / len(xs)
def first(s):
    return s or "none"
print(mean([3, 5, 8]))
print("mean: %.2f" % mean([1, 2]))
print(f"mean: {mean([1, 2])}")
print(first(json.stringOf("a")))
counts = {}
for w in ["a", "b", "a"]:
    counts[w] = counts.get(w, 0) + 1
for w in counts:
    print(w, counts[w])
n = json.IntOf("n")
i = 0
while i < n:
    if i % 3 == 1:
        print(i)
    print(i // 2, i % 4)
    i += 1
x = n * 1.5
print(x, round(x))
print("ok" if n > 2 else "no")
names = []
names.append("a")
print(names[-1])
print(names[0])
ok = json.Load("{}")
print(ok)
print(not ok)
flag = n > 3
print("flag: " + str(flag))
token = os.environ.get("TOKEN") or "none"
print(token)
print(len("abc") / 2)
