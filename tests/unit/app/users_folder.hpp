#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <stdlib.h>
#include <sys/stat.h>

namespace stentor::app {

/// "secret", at costs that are for tests only.
inline const std::string bcrypt_of_secret = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
inline const std::string yescrypt_of_secret = "$y$j75$abcdefgh$uMUXG79B2cFpoAYyDccUnsaH/aGTyBYMlnQidzyag01";

/// A folder of each test's own, with a users file in it or not.
class UsersFolder : public ::testing::Test {
protected:
    UsersFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "stentor-users-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        folder = name;
        file = folder / "users";
    }
    ~UsersFolder() override { std::filesystem::remove_all(folder); }

    void write(const std::string& text, mode_t mode = 0600) const {
        std::ofstream(file, std::ios::binary) << text;
        ::chmod(file.c_str(), mode);
    }
    [[nodiscard]] std::string text() const {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    [[nodiscard]] mode_t mode() const {
        struct stat status {};
        EXPECT_EQ(::stat(file.c_str(), &status), 0);
        return status.st_mode & 07777;
    }
    /// What `f` is refused with, without the file's name.
    template <class F>
    std::string refusal(F f) const {
        try {
            f();
        } catch (const std::exception& error) {
            const std::string what = error.what();
            return what.starts_with(file.string()) ? what.substr(file.string().size()) : what;
        }
        return {};
    }

    std::filesystem::path folder;
    std::filesystem::path file;
};

}  // namespace stentor::app
