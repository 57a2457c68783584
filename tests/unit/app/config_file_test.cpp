#include "stentor/config_file.hpp"

#include "stentor/app.hpp"
#include "unit/app/config_error.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace stentor {
namespace {

/// A folder of its own that goes away with the test.
class ConfigFile : public testing::Test {
protected:
    ConfigFile() {
        std::string name = (std::filesystem::temp_directory_path() / "stentor-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
        folder = name;
    }
    ~ConfigFile() override { std::filesystem::remove_all(folder); }

    std::filesystem::path write(const std::string& name, const std::string& content) {
        std::ofstream(folder / name, std::ios::binary) << content;
        return folder / name;
    }
    static std::string error_of(const std::filesystem::path& file) {
        try {
            (void)load_config(file);
        } catch (const ConfigError& e) { return e.what(); }
        return {};
    }

    std::filesystem::path folder;
};

TEST_F(ConfigFile, WithoutAFileThereAreTheDefaults) {
    const ServerConfig config = load_config(std::nullopt);
    EXPECT_EQ(config.port, 8080);
    ASSERT_EQ(config.endpoint.size(), 1U);
    EXPECT_EQ(config.endpoint[0].path, "/stomp");
    EXPECT_TRUE(config.endpoint[0].sockjs);
    EXPECT_EQ(config.broker.destination_prefixes, (std::vector<std::string>{"/topic", "/queue"}));
    EXPECT_EQ(config.broker.queue_prefixes, std::vector<std::string>{"/queue"});
    EXPECT_EQ(config.application.destination_prefixes, std::vector<std::string>{"/app"});
}

TEST_F(ConfigFile, IsRead) { EXPECT_EQ(load_config(write("s.toml", "port = 9")).port, 9); }

TEST_F(ConfigFile, OverridesGoBeforeItLaterOnesFirst) {
    const ServerConfig config = load_config(
        write("s.toml", "port = 1\nshards = 1\nworkers = 1"),
        {{"STENTOR_PORT", "port", "2"}, {"STENTOR_SHARDS", "shards", "2"}, {"--port", "port", "3"}});
    EXPECT_EQ(config.port, 3);
    EXPECT_EQ(config.shards, 2U);
    EXPECT_EQ(config.workers, 1U);
}

TEST_F(ConfigFile, AWrongOverrideIsNamed) {
    EXPECT_EQ(app::error_of("", {{"--port", "port", "x"}}),
              "--port: port is 'x'; give a whole number from 0 to 65535");
    EXPECT_EQ(app::error_of("", {{"--prot", "prot", "1"}}),
              "--prot: unknown setting 'prot'; did you mean 'port'?");
}

TEST_F(ConfigFile, RelativeFoldersAreRelativeToIt) {
    std::filesystem::create_directory(folder / "web");
    const auto file = write("s.toml", "[[resources]]\npath = '/'\nfolder = 'web'");
    const ServerConfig config = load_config(file);
    ASSERT_EQ(config.resources.size(), 1U);
    EXPECT_EQ(config.resources[0].folder, (folder / "web").string());
}

TEST_F(ConfigFile, ThatCannotBeReadIsRefused) {
    const std::string absent = (folder / "absent.toml").string();
    EXPECT_EQ(error_of(absent), absent + ": cannot be read (No such file or directory); name a TOML file");
    EXPECT_EQ(error_of(folder), folder.string() + ": cannot be read (Is a directory); name a TOML file");
}

TEST_F(ConfigFile, ThatIsFarTooLargeIsRefused) {
    const auto largest = write("largest.toml", "#" + std::string(1024 * 1024 - 1, 'a'));
    EXPECT_EQ(error_of(largest), "");
    const auto larger = write("larger.toml", "#" + std::string(1024 * 1024, 'a'));
    EXPECT_EQ(error_of(larger), larger.string() + ": is over 1 MiB; name a configuration file");
}

TEST_F(ConfigFile, ConfiguresAnApplication) {
    write("index.html", "hello");
    App app;
    configure(app, load_config(write("s.toml", "[[resources]]\npath = '/'\nfolder = '.'\n")));
    ServerConfig wrong;
    wrong.resources = {{"/", (folder / "absent").string()}};
    EXPECT_THROW(configure(app, wrong), ConfigError);
}

}  // namespace
}  // namespace stentor
