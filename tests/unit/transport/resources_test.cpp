#include "transport/resources.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace stentor::transport {
namespace {

/// A folder of its own for each test, removed at the end.
class ResourcesTest : public testing::Test {
protected:
    ResourcesTest() {
        folder_ = std::filesystem::temp_directory_path() /
                  (std::string("stentor_") + testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_ / "sub");
    }
    ~ResourcesTest() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, const std::string& content) const {
        std::ofstream(folder_ / name) << content;
    }
    [[nodiscard]] http::Response get(const std::string& path, const std::string& method = "GET",
                                     http::Fields fields = {}) const {
        http::Request request;
        request.method = method;
        request.path = path;
        request.fields = std::move(fields);
        return resources_.respond(request);
    }
    std::filesystem::path folder_;
    Resources resources_;
};

TEST_F(ResourcesTest, ALinkOutOfTheFolderIsNotServed) {
    write("secret", "of the server");
    write("sub/a.txt", "a");
    std::filesystem::create_symlink(folder_ / "secret", folder_ / "sub" / "out.txt");
    std::filesystem::create_symlink("a.txt", folder_ / "sub" / "inside.txt");
    std::filesystem::create_directory_symlink(folder_, folder_ / "sub" / "up");
    resources_.add_folder("/", folder_ / "sub");
    EXPECT_EQ(get("/out.txt").status, 404);
    EXPECT_EQ(get("/up/secret").status, 404);
    EXPECT_EQ(get("/inside.txt").body, "a");
}

TEST_F(ResourcesTest, FilesAreServedWithTheirTypes) {
    write("a.css", "p{}");
    write("sub/b.js", "1;");
    write("c.unknown", "?");
    resources_.add_folder("/files", folder_);
    EXPECT_EQ(get("/files/a.css").body, "p{}");
    EXPECT_EQ(get("/files/a.css").fields.find("Content-Type"), "text/css; charset=utf-8");
    EXPECT_EQ(get("/files/sub/b.js").fields.find("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(get("/files/c.unknown").fields.find("Content-Type"), "application/octet-stream");
}

TEST_F(ResourcesTest, AnIndexIsServedAtItsFolder) {
    write("index.html", "top");
    write("sub/index.html", "below");
    resources_.add_folder("/", folder_);
    EXPECT_EQ(get("/").body, "top");
    EXPECT_EQ(get("/sub/").body, "below");
    EXPECT_EQ(get("/index.html").body, "top");
}

TEST_F(ResourcesTest, AnythingElseIs404) {
    write("a.css", "p{}");
    resources_.add_folder("/", folder_);
    for (const char* path : {"/b.css", "/A.css", "/sub", "/../a.css", "/a.css/", ""})
        EXPECT_EQ(get(path).status, 404) << path;
}

TEST_F(ResourcesTest, AFileThatComesAfterTheStartIsNotServed) {
    resources_.add_folder("/", folder_);
    write("late.txt", "x");
    EXPECT_EQ(get("/late.txt").status, 404);
    EXPECT_TRUE(resources_.empty());
}

TEST_F(ResourcesTest, OtherMethodsAre405WithAllow) {
    write("a.css", "p{}");
    resources_.add_folder("/", folder_);
    EXPECT_EQ(get("/a.css", "POST").status, 405);
    EXPECT_EQ(get("/a.css", "POST").fields.find("Allow"), "GET, HEAD");
    EXPECT_EQ(get("/a.css", "HEAD").status, 200);
}

TEST_F(ResourcesTest, AKnownETagIs304WithoutABody) {
    write("a.css", "p{}");
    resources_.add_folder("/", folder_);
    const std::string etag(*get("/a.css").fields.find("ETag"));
    const http::Response again = get("/a.css", "GET", {{"If-None-Match", etag}});
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(again.fields.find("Content-Type"), std::nullopt);
    EXPECT_EQ(get("/a.css", "GET", {{"If-None-Match", "\"other\""}}).status, 200);
}

TEST_F(ResourcesTest, AnswersForbidSniffing) {
    write("a.txt", "<script>");
    resources_.add_folder("/", folder_);
    EXPECT_EQ(get("/a.txt").fields.find("X-Content-Type-Options"), "nosniff");
}

TEST_F(ResourcesTest, OneFileMayHaveAPathOfItsOwn) {
    write("a.txt", "one");
    resources_.add_file("/other/name", folder_ / "a.txt");
    EXPECT_EQ(get("/other/name").body, "one");
}

TEST_F(ResourcesTest, WhatCannotBeReadIsFoundAtStartUp) {
    EXPECT_THROW(resources_.add_folder("/", folder_ / "missing"), std::runtime_error);
    EXPECT_THROW(resources_.add_file("/x", folder_ / "missing"), std::runtime_error);
    write("large", "x");
    std::filesystem::resize_file(folder_ / "large", 16 * 1024 * 1024 + 1);
    EXPECT_THROW(resources_.add_folder("/", folder_), std::runtime_error);
}

}  // namespace
}  // namespace stentor::transport
