#include "app/relay_checks.hpp"

#include <gtest/gtest.h>

#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace stentor::app {
namespace {

/// A file that is gone after the test.
class Secret {
public:
    explicit Secret(const std::string& content) {
        std::string pattern = (std::filesystem::temp_directory_path() / "stentor-secret-XXXXXX").string();
        const int file = ::mkstemp(pattern.data());
        EXPECT_GE(file, 0);
        ::close(file);
        name = pattern;
        std::ofstream(name, std::ios::binary) << content;
    }
    ~Secret() { std::filesystem::remove(name); }
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    std::string name;
};

std::string wrong_address(std::string_view text) {
    const auto parsed = parse_address(text);
    return parsed.has_error() ? parsed.error().message : "";
}

TEST(RelayChecks, AnAddressIsAHostAndAPort) {
    EXPECT_EQ(parse_address("broker:61613").value().host, "broker");
    EXPECT_EQ(parse_address("broker:61613").value().port, 61613);
    EXPECT_EQ(parse_address("[2001:db8::1]:65535").value().host, "2001:db8::1");
    EXPECT_EQ(wrong_address("broker"), "has no port");
    EXPECT_EQ(wrong_address(""), "has no port");
    EXPECT_EQ(wrong_address(":61613"), "has no host");
    EXPECT_EQ(wrong_address("[]:61613"), "has no host");
    EXPECT_EQ(wrong_address("a\nb:61613"), "has no host");
    EXPECT_EQ(wrong_address("::1:61613"), "has several colons outside of brackets");
    for (const char* port : {"a:", "a:0", "a:65536", "a:1x", "a:-1", "a: 1", "a:99999999999999999999"})
        EXPECT_EQ(wrong_address(port), "has no port from 1 to 65535") << port;
}

TEST(RelayChecks, ThePasscodeMayBeInAFile) {
    for (const char* content : {"s3cret", "s3cret\n", "s3cret\r\n"}) {
        const Secret secret(content);
        StompRelayConfig relay;
        relay.passcode_file = secret.name;
        EXPECT_EQ(fault_of(relay), "");
        EXPECT_EQ(passcode_of(relay), "s3cret");
    }
    EXPECT_EQ(passcode_of({}), "guest");
}

TEST(RelayChecks, AFileOfThePasscodeHoldsOneLineAndIsNotShown) {
    for (const std::string& content : {std::string("s3cret\n\n"), std::string("s3\ncret"),
                                       std::string("s3\0cret", 7), std::string(1025, 's')}) {
        const Secret secret(content);
        StompRelayConfig relay;
        relay.passcode_file = secret.name;
        const std::string fault = fault_of(relay);
        EXPECT_TRUE(fault.starts_with("passcode_file is '")) << fault;
        EXPECT_EQ(fault.find("s3"), fault.npos);
    }
    StompRelayConfig relay;
    relay.passcode_file = "/nonexistent/passcode";
    EXPECT_EQ(fault_of(relay),
              "passcode_file is '/nonexistent/passcode', which cannot be read (No such file "
              "or directory); name a file with the passcode");
}

TEST(RelayChecks, APrefixThatIsNoPlainNameNeedsAMapping) {
    StompRelayConfig relay;
    relay.destination_prefixes = {"/topic", "/exchange"};
    EXPECT_NE(fault_of_prefixes(relay), "");
    relay.mapping = {{"/exchange", "/exchange/events"}};
    EXPECT_NE(fault_of_prefixes(relay), "");  // what is below it would be named at will
    relay.mapping = {{"/exchange/**", "/exchange/events/**"}};
    EXPECT_EQ(fault_of_prefixes(relay), "");
    EXPECT_EQ(fault_of(relay), "");
}

}  // namespace
}  // namespace stentor::app
