#pragma once

#include "testing/carriers.hpp"

#include <openssl/evp.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace stentor::test {

/// What a request of the site's own pages has.
inline const std::string own_origin = "Origin: http://localhost\r\n";

/// HTTP Basic of "login:passcode".
inline std::string basic(std::string_view pair) {
    std::string text(pair.size() / 3 * 4 + 5, '\0');
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(pair.data()), static_cast<int>(pair.size()));
    return "Authorization: Basic " + text.substr(0, static_cast<std::size_t>(size)) + "\r\n";
}

/// That a page reads which shows these fields; empty where it is told none.
inline std::string csrf_token_of(Network& network, const std::string& fields,
                                 const std::string& endpoint = "/ws") {
    const std::string body =
        ask(network, *network.connect(Speaks::http), http_request("GET", endpoint + "/csrf", fields)).body;
    const std::size_t at = body.find(R"("token":")");
    return at == std::string::npos ? "" : body.substr(at + 9, body.size() - at - 11);
}

/// A users file in the folder of the tests, removed with it. Everybody's passcode is "secret", with a cost
/// that is for tests only.
class TestUsersFile {
public:
    explicit TestUsersFile(const std::string& folder, const std::string& name)
        : path_(folder + name + ".users") {
        write("alice:" + hash + ":ROLE_USER\nbob:" + hash + "\ncarol:" + hash + "\n");
    }
    TestUsersFile(const TestUsersFile&) = delete;
    TestUsersFile& operator=(const TestUsersFile&) = delete;
    ~TestUsersFile() { std::remove(path_.c_str()); }

    void write(std::string_view text) const {
        std::ofstream(path_) << text;
        std::filesystem::permissions(path_, std::filesystem::perms(0600));
    }
    [[nodiscard]] const std::string& path() const { return path_; }

    static inline const std::string hash = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";

private:
    std::string path_;
};

}  // namespace stentor::test
