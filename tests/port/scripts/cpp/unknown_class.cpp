#include <CkHttp.h>
#include <CkJsonObject.h>
#include <CkRsa.h>
#include <CkString.h>

#include <cstdlib>
#include <iostream>
#include <string>

int main() {
    // The boat's key signs its papers.
    CkRsa rsa;
    bool made = rsa.GenerateKey(2048);
    std::cout << "Key: " << made << "\n";
    const char *key = rsa.exportPublicKey();
    std::cout << key << "\n";

    CkHttp http;
    CkString text;
    std::string url = std::string(std::getenv("BOATS_URL")) + "/v1/boats/3";
    if (!http.QuickGetStr(url.c_str(), text)) {
        std::cout << http.lastErrorText() << "\n";
        return 1;
    }
    CkJsonObject json;
    json.Load(text.getString());
    std::cout << "Name: " << json.stringOf("name") << "\n";
    return 0;
}
