#include <CkHttp.h>
#include <CkHttpResponse.h>
#include <CkJsonObject.h>
#include <iostream>
#include <string>
#include <vector>

// What is longer is a ship.
const int kShipLength = 10;
static const char *kName = "boat";
const int kIds[] = {3, 5, 8};
const double kPi = 3.14;

static std::string describe(const std::string &name, int length) {
  std::string text;
  text += name + " is " + (length >= kShipLength ? "long" : kName);
  return text;
}

static int total() {
  int sum = 0;
  for (int id : kIds) {
    sum += id;
  }
  for (int i = 0; i < 3; i++) {
    sum += kIds[i];
  }
  return sum;
}

static double around(double width) {
  return width * kPi;
}

int main(int argc, char *argv[]) {
  if (argc < 2) {
    std::cerr << "usage" << std::endl;
    return 2;
  }
  std::vector<std::string> names;
  names.push_back("Ida");
  names.push_back(argv[1]);
  std::string joined;
  for (size_t i = 0; i < names.size(); i++) {
    if (i > 0) {
      joined += ", ";
    }
    joined += names[i];
  }
  std::cout << joined << std::endl;
  for (size_t i = 0; i < names.size(); i++) {
    std::cout << describe(names[i], 12) << std::endl;
  }
  std::cout << total() << " " << around(2.5) << std::endl;
  CkHttp http;
  CkHttpResponse *resp = http.QuickRequest("GET", "https://a.example/boats");
  if (resp != nullptr && resp->get_StatusCode() == 200) {
    std::cout << resp->bodyStr() << std::endl;
  }
  CkJsonObject json;
  const char *name = json.stringOf("name");
  if (name != nullptr) {
    std::cout << name << std::endl;
  }
  return 0;
}
