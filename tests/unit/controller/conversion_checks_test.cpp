#include "controller/conversion_checks.hpp"

#include "unit/controller/samples.hpp"

#include <gtest/gtest.h>

namespace stentor::controller {
namespace {

using Kind = BodyType::Kind;

struct Quote {};

const BodyType nothing{};
const BodyType text{Kind::raw, typeid(std::string)};
const BodyType hello{Kind::json, typeid(Hello)};
const BodyType quote{Kind::converted, typeid(Quote)};

Converters converter_of(const BodyType& type) {
    Converters made;
    made.add({"application/x-a", type.type, {}, {}, type.kind == Kind::json});
    return made;
}

TEST(ConversionChecks, FunctionsSayWhatTheyTakeAndSend) {
    const auto kinds = [](const BoundFunction& f) { return std::pair(f.payload.kind, f.result.kind); };
    EXPECT_EQ(kinds(stentor::bind([](const Message&) {})), std::pair(Kind::none, Kind::none));
    EXPECT_EQ(kinds(stentor::bind([](std::string_view) { return "x"; })), std::pair(Kind::raw, Kind::raw));
    EXPECT_EQ(kinds(stentor::bind([](std::span<const std::byte>) { return std::vector<std::byte>(); })),
              std::pair(Kind::raw, Kind::raw));
    EXPECT_EQ(kinds(stentor::bind(
                  [](std::optional<Hello> x) -> Result<std::optional<Reply<Hello>>> { return Reply{*x}; })),
              std::pair(Kind::json, Kind::json));
    EXPECT_EQ(kinds(stentor::bind([](std::optional<Principal>) -> Result<void> { return {}; })),
              std::pair(Kind::none, Kind::none));
}

TEST(ConversionChecks, WhatIsNoJsonNeedsAConverter) {
    EXPECT_EQ(conversion_misuse_of(quote, nothing, "", {}),
              "its payload is no JSON, and no message converter reads it");
    EXPECT_EQ(conversion_misuse_of(nothing, quote, "", {}),
              "its result is no JSON, and no message converter writes it");
    EXPECT_EQ(conversion_misuse_of(quote, quote, "", converter_of(quote)), "");
    EXPECT_EQ(conversion_misuse_of(quote, nothing, "", converter_of(hello)),
              "its payload is no JSON, and no message converter reads it");
    EXPECT_EQ(conversion_misuse_of(hello, text, "", {}), "");
}

TEST(ConversionChecks, WhatAMappingProducesMustBeWritable) {
    EXPECT_EQ(conversion_misuse_of(nothing, text, "text/html;charset=utf-8", {}), "");
    EXPECT_EQ(conversion_misuse_of(nothing, hello, "application/vnd.x+json", {}), "");
    EXPECT_EQ(conversion_misuse_of(nothing, hello, "application/x-a", converter_of(hello)), "");
    EXPECT_EQ(conversion_misuse_of(nothing, quote, "application/x-a", converter_of(quote)), "");
    EXPECT_EQ(conversion_misuse_of(nothing, hello, "application/x-b", converter_of(hello)),
              "produces(\"application/x-b\"), but no message converter writes its result so");
    EXPECT_EQ(conversion_misuse_of(nothing, quote, "application/json", converter_of(quote)),
              "produces(\"application/json\"), but no message converter writes its result so");
    EXPECT_EQ(conversion_misuse_of(nothing, nothing, "text/html", {}),
              "produces(\"text/html\"), but its function returns nothing");
    for (const char* bad : {"html", "/x", "x/", "a/b\r\nx:y"})
        EXPECT_NE(conversion_misuse_of(nothing, text, bad, {}).find("is not a content type"),
                  std::string::npos)
            << bad;
}

}  // namespace
}  // namespace stentor::controller
