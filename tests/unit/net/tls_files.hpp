#pragma once

#include "net/tls_context.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace stentor::net::test {

/// Certificates made for a test, by the openssl program, in a folder that ends with it.
class TlsFiles {
public:
    TlsFiles() {
        std::string name = (std::filesystem::temp_directory_path() / "stentor-tls-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "
            "/CN=testca"
            " -keyout ca.key -out ca.pem");
    }
    ~TlsFiles() { std::filesystem::remove_all(folder_); }
    TlsFiles(const TlsFiles&) = delete;
    TlsFiles& operator=(const TlsFiles&) = delete;

    /// Issued by that CA, for these names ("DNS:localhost,IP:127.0.0.1"). `common`: the subject's name, where
    /// that is not also what the files are called by.
    CertificateFiles issue(const std::string& name, const std::string& alternatives, int days = 2,
                           const std::string& common = {}) {
        run("openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/CN=" +
            (common.empty() ? name : common) + "' -keyout " + name + ".key -out " + name +
            ".csr -addext subjectAltName=" + alternatives);
        run("openssl x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days " +
            std::to_string(days) + " -copy_extensions copy -out " + name + ".pem");
        return {file(name + ".pem"), file(name + ".key")};
    }
    [[nodiscard]] std::string ca() const { return file("ca.pem"); }
    [[nodiscard]] std::string file(const std::string& name) const { return folder_ / name; }

private:
    void run(const std::string& command) {
        const std::string quiet = "cd '" + folder_.string() + "' && " + command + " >/dev/null 2>&1";
        if (std::system(quiet.c_str()) != 0) ADD_FAILURE() << "failed: " << command;
    }

    std::filesystem::path folder_;
};

}  // namespace stentor::net::test
