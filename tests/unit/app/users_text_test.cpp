#include "app/users_text.hpp"

#include "unit/app/users_folder.hpp"

#include <system_error>

namespace stentor::app {
namespace {

class UsersText : public UsersFolder {
protected:
    std::string reading() {
        return refusal([this] { (void)read_users_file(file); });
    }
};

TEST_F(UsersText, AFileIsReadAsItIs) {
    EXPECT_EQ(read_users_file(file), std::nullopt);
    write(std::string("a\n\0b", 4));
    EXPECT_EQ(read_users_file(file), std::string("a\n\0b", 4));
    write(std::string(200'000, 'x'));
    EXPECT_EQ(read_users_file(file)->size(), 200'000U);
}

TEST_F(UsersText, WhatIsNoFileIsRefusedAndDoesNotStopTheServer) {
    std::filesystem::create_directory(file);
    EXPECT_EQ(reading(), ": is no file; name a users file");
    std::filesystem::remove(file);
    ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
    EXPECT_EQ(reading(), ": is no file; name a users file");
}

TEST_F(UsersText, AFileWithoutEndIsRefused) {
    write(std::string(16 * 1024 * 1024 + 1, '\n'));
    EXPECT_EQ(reading(), ": is over 16 MiB; name a users file");
}

TEST_F(UsersText, P12WhatEverybodyCanWriteToIsRefusedAndReadOnlyWarned) {
    write("x", 0602);
    EXPECT_EQ(reading(), ": can be written by everybody, who could make users of themselves; chmod o-w it");
    for (const auto& [mode, is_warned] : {std::pair(0640, false), std::pair(0644, true)}) {
        write("x", static_cast<mode_t>(mode));
        ::testing::internal::CaptureStderr();
        EXPECT_EQ(read_users_file(file), "x");
        const std::string said = ::testing::internal::GetCapturedStderr();
        EXPECT_EQ(said.find("users_file_readable") != std::string::npos, is_warned) << said;
    }
}

TEST_F(UsersText, A7FaultsAreSaidWithFileAndLine) {
    EXPECT_EQ(refusal([this] { (void)users_of("#\nalice\n", file); }),
              ":2: has no ':'; write name:hash, or name:hash:authorities");
}

TEST_F(UsersText, P12ANewFileIsItsOwnersAlone) {
    write_users_file(file, "new\n");
    EXPECT_EQ(text(), "new\n");
    EXPECT_EQ(mode(), 0600U);
}

TEST_F(UsersText, AFileIsReplacedWithItsPermissionsAndNothingIsLeftBeside) {
    write("old\n", 0640);
    write_users_file(file, "new\n");
    EXPECT_EQ(text(), "new\n");
    EXPECT_EQ(mode(), 0640U);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
}

TEST_F(UsersText, ALinkStaysALink) {
    write("old\n");
    std::filesystem::rename(file, folder / "there");
    std::filesystem::create_symlink("there", file);
    write_users_file(file, "new\n");
    EXPECT_TRUE(std::filesystem::is_symlink(file));
    EXPECT_EQ(text(), "new\n");
}

TEST_F(UsersText, WhatCannotBeWrittenLeavesTheOldFile) {
    EXPECT_THROW(write_users_file(folder / "none" / "users", "x"), std::system_error);
    EXPECT_THROW(UsersFileLock(folder / "none" / "users"), std::system_error);
}

}  // namespace
}  // namespace stentor::app
