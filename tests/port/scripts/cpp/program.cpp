#include <cstdlib>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <CkHttp.h>
#include <CkHttpResponse.h>
#include <CkJsonObject.h>

namespace {

const int kShipLength = 10;

std::string describe(const std::string &name, int length) {
    const char *kind = length >= kShipLength ? "ship" : "boat";
    std::ostringstream text;
    text << name << " (" << kind << ", " << length << " m)";
    return text.str();
}

// Loads a boat. Returns whether the server has it.
bool fetch(CkHttp &http, const std::string &baseUrl, int id, CkJsonObject &boat) {
    std::string url = baseUrl + "/v1/boats/" + std::to_string(id);
    CkHttpResponse *resp = http.QuickRequest("GET", url.c_str());
    if (!resp) {
        throw std::runtime_error("no response for boat " + std::to_string(id));
    }
    int status = resp->get_StatusCode();
    if (status != 200) {
        std::cout << "boat " << id << ": status " << status << std::endl;
        delete resp;
        return false;
    }
    boat.Load(resp->bodyStr());
    delete resp;
    return true;
}

}  // namespace

int main() {
    std::string baseUrl = std::getenv("BOATS_URL");
    CkHttp http;
    std::vector<std::string> names;
    std::string joined;

    try {
        for (int id : {3, 5, 8}) {
            CkJsonObject boat;
            if (!fetch(http, baseUrl, id, boat)) {
                continue;
            }
            std::string name = boat.stringOf("name");
            std::cout << describe(name, boat.IntOf("length")) << std::endl;
            names.push_back(name);
        }
    } catch (const std::exception &e) {
        std::cout << "Failed: " << e.what() << std::endl;
        return 1;
    }

    if (names.empty()) {
        std::cout << "no boats" << std::endl;
        return 1;
    }

    for (size_t i = 0; i < names.size(); i++) {
        if (i > 0) {
            joined += ", ";
        }
        joined += names[i];
    }

    CkJsonObject report;
    report.UpdateInt("count", static_cast<int>(names.size()));
    report.UpdateString("names", joined.c_str());
    std::string url = baseUrl + "/v1/report";
    CkHttpResponse *resp = http.PostJson2(url.c_str(), "application/json", report.emit());
    delete resp;
    std::cout << "Reported " << names.size() << " boats" << std::endl;
    return 0;
}
