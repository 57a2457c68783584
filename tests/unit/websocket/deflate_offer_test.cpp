#include "websocket/deflate_offer.hpp"

#include <gtest/gtest.h>

namespace stentor::websocket {
namespace {

constexpr DeflateSettings defaults{.enabled = true};
constexpr DeflateSettings widest{.enabled = true,
                                 .server_no_context_takeover = false,
                                 .client_no_context_takeover = false,
                                 .max_window_bits = 15};

std::optional<DeflateAnswer> answer(std::initializer_list<std::string_view> lines,
                                    const DeflateSettings& settings) {
    http::Fields fields{{"Host", "a"}};
    for (std::string_view line : lines) fields.add("sec-websocket-extensions", line);
    return answer_deflate_offer(fields, settings);
}

/// The extension answered to an offer, "" when there is none.
std::string answered(std::string_view offer, const DeflateSettings& settings = widest) {
    const auto found = answer({offer}, settings);
    return found ? found->extension : "";
}

DeflateAgreement agreed(std::string_view offer, const DeflateSettings& settings = widest) {
    const auto found = answer({offer}, settings);
    EXPECT_TRUE(found) << offer;
    return found ? found->agreement : DeflateAgreement{};
}

TEST(WebSocketRfc7692_7_1, ABareOfferIsAgreedTo) {
    EXPECT_EQ(answered("permessage-deflate"), "permessage-deflate");
    EXPECT_EQ(agreed("permessage-deflate"), (DeflateAgreement{false, false, 15, 15}));
    EXPECT_EQ(answered("Permessage-Deflate"), "permessage-deflate");
}

TEST(WebSocketRfc7692_7_1, TheDefaultsTakeNoContextOver) {
    EXPECT_EQ(answered("permessage-deflate", defaults),
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    EXPECT_EQ(agreed("permessage-deflate", defaults), (DeflateAgreement{true, true, 12, 15}));
}

TEST(WebSocketRfc7692_7_1, BrowsersOffersAreAgreedTo) {
    EXPECT_EQ(answered("permessage-deflate; client_max_window_bits", defaults),
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
              "client_max_window_bits=12");
    EXPECT_EQ(agreed("permessage-deflate; client_max_window_bits", defaults),
              (DeflateAgreement{true, true, 12, 12}));
}

TEST(WebSocketRfc7692_7_1_1_1, NoContextTakeoverOfTheServerIsGrantedWhenOffered) {
    EXPECT_EQ(answered("permessage-deflate; server_no_context_takeover"),
              "permessage-deflate; server_no_context_takeover");
    EXPECT_TRUE(agreed("permessage-deflate; server_no_context_takeover").server_no_context_takeover);
}

TEST(WebSocketRfc7692_7_1_1_2, AClientThatTakesNoContextOverIsTakenAtItsWord) {
    EXPECT_EQ(answered("permessage-deflate; client_no_context_takeover"),
              "permessage-deflate; client_no_context_takeover");
    EXPECT_TRUE(agreed("permessage-deflate; client_no_context_takeover").client_no_context_takeover);
}

TEST(WebSocketRfc7692_7_1_2_1, TheServersWindowIsTheSameOrSmallerThanOffered) {
    for (int bits = 9; bits <= 15; ++bits) {
        const std::string offer = "permessage-deflate; server_max_window_bits=" + std::to_string(bits);
        EXPECT_EQ(answered(offer), offer);
        EXPECT_EQ(agreed(offer).server_window_bits, bits);
        const int smaller = std::min(bits, 12);
        EXPECT_EQ(answered(offer, {.enabled = true, .max_window_bits = 12}),
                  "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
                  "server_max_window_bits=" +
                      std::to_string(smaller));
        EXPECT_EQ(agreed(offer, defaults).server_window_bits, smaller);
    }
}

TEST(WebSocketRfc7692_7_1_2_1, AWindowOfEightBitsForTheServerIsDeclined) {
    EXPECT_EQ(answered("permessage-deflate; server_max_window_bits=8"), "");
    EXPECT_EQ(answered("permessage-deflate; server_max_window_bits=8, permessage-deflate"),
              "permessage-deflate");
}

TEST(WebSocketRfc7692_7_1_2_2, TheClientsWindowIsNamedOnlyToAClientThatOffersTo) {
    EXPECT_EQ(answered("permessage-deflate; client_max_window_bits"), "permessage-deflate");
    EXPECT_EQ(answered("permessage-deflate; client_max_window_bits=15"), "permessage-deflate");
    EXPECT_EQ(answered("permessage-deflate; client_max_window_bits=10"),
              "permessage-deflate; client_max_window_bits=10");
    EXPECT_EQ(agreed("permessage-deflate; client_max_window_bits=10").client_window_bits, 10);
    EXPECT_EQ(agreed("permessage-deflate; client_max_window_bits=15", defaults).client_window_bits, 12);
    EXPECT_EQ(agreed("permessage-deflate", defaults).client_window_bits, 15);
}

TEST(WebSocketD7, AClientsWindowOfEightBitsIsAgreedTo) {
    EXPECT_EQ(answered("permessage-deflate; client_max_window_bits=8"),
              "permessage-deflate; client_max_window_bits=8");
    EXPECT_EQ(agreed("permessage-deflate; client_max_window_bits=8").client_window_bits, 8);
}

TEST(WebSocketRfc7692_5_1, TheFirstOfferThatCanBeMetIsTaken_Autobahn13_7) {
    EXPECT_EQ(answered("permessage-deflate; server_no_context_takeover; server_max_window_bits=9, "
                       "permessage-deflate; server_no_context_takeover, permessage-deflate"),
              "permessage-deflate; server_no_context_takeover; server_max_window_bits=9");
    EXPECT_EQ(answered("permessage-deflate; what, permessage-deflate; server_no_context_takeover, "
                       "permessage-deflate"),
              "permessage-deflate; server_no_context_takeover");
}

TEST(WebSocketAutobahn13, EveryOfferOfTheSuiteIsAgreedTo) {
    for (const char* offer :
         {"permessage-deflate; client_no_context_takeover; client_max_window_bits",
          "permessage-deflate; client_no_context_takeover; client_max_window_bits; "
          "server_no_context_takeover",
          "permessage-deflate; client_no_context_takeover; client_max_window_bits; server_max_window_bits=9",
          "permessage-deflate; client_no_context_takeover; client_max_window_bits; server_max_window_bits=15",
          "permessage-deflate; client_no_context_takeover; client_max_window_bits; "
          "server_no_context_takeover; server_max_window_bits=9",
          "permessage-deflate; client_no_context_takeover; client_max_window_bits; "
          "server_no_context_takeover; server_max_window_bits=15"}) {
        EXPECT_NE(answered(offer), "") << offer;
        EXPECT_NE(answered(offer, defaults), "") << offer;
    }
}

TEST(WebSocketRfc7692_5_1, OffersComeInSeveralLinesAndAmongOtherExtensions) {
    const auto found = answer({"x-webkit-deflate-frame",
                               "foo; a=\"1,2\", , permessage-deflate;"
                               " server_max_window_bits=\"10\"",
                               "permessage-deflate"},
                              widest);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->extension, "permessage-deflate; server_max_window_bits=10");
}

TEST(WebSocketRfc7692_7_1, ParametersThatAreUnknownTwiceOrOfAWrongValueDeclineTheirOfferOnly) {
    for (const char* parameters : {"what",
                                   "what=1",
                                   "server_no_context_takeover=1",
                                   "client_no_context_takeover=true",
                                   "server_no_context_takeover; server_no_context_takeover",
                                   "client_no_context_takeover; Client_No_Context_Takeover",
                                   "server_max_window_bits",
                                   "server_max_window_bits=7",
                                   "server_max_window_bits=16",
                                   "server_max_window_bits=99",
                                   "server_max_window_bits=09",
                                   "server_max_window_bits=0",
                                   "server_max_window_bits=-9",
                                   "server_max_window_bits=+9",
                                   "server_max_window_bits=1e1",
                                   "server_max_window_bits=99999999999999999999",
                                   "server_max_window_bits=10; server_max_window_bits=10",
                                   "server_max_window_bits=",
                                   "server_max_window_bits=\"10",
                                   "server_max_window_bits=\"\"",
                                   "client_max_window_bits=7",
                                   "client_max_window_bits=16",
                                   "client_max_window_bits=010",
                                   "client_max_window_bits; client_max_window_bits",
                                   "client_max_window_bits=10; client_max_window_bits",
                                   ""}) {
        const std::string offer = std::string("permessage-deflate; ") + parameters;
        EXPECT_EQ(answer({offer}, widest), std::nullopt) << offer;
        const auto second = answer({offer, "permessage-deflate"}, widest);
        ASSERT_TRUE(second) << offer;
        EXPECT_EQ(second->extension, "permessage-deflate");
    }
}

TEST(WebSocketH27, NoMoreThan16OffersAreLookedAt) {
    std::string list;
    for (int i = 0; i < 15; ++i) list += "foo,,";
    EXPECT_EQ(answered(list + "permessage-deflate"), "permessage-deflate");
    EXPECT_EQ(answered(list + "foo, permessage-deflate"), "");
    EXPECT_EQ(answer({list + "foo", "permessage-deflate"}, widest), std::nullopt);
    for (int i = 0; i < 1000; ++i) list += "permessage-deflate; what,";
    EXPECT_EQ(answered(list + "permessage-deflate"), "");
}

TEST(WebSocketRfc7692_5_1, NothingIsAnsweredWithoutAnOfferOrWhenSwitchedOff) {
    EXPECT_EQ(answer({}, widest), std::nullopt);
    EXPECT_EQ(answer({""}, widest), std::nullopt);
    EXPECT_EQ(answer({"permessage-bzip2"}, widest), std::nullopt);
    EXPECT_EQ(answer({"permessage-deflate"}, DeflateSettings{}), std::nullopt);
}

TEST(DeflateSettings, AWindowOutOfRangeIsTakenForTheNearestInIt) {
    const DeflateSettings narrow{.enabled = true, .max_window_bits = 0};
    EXPECT_EQ(agreed("permessage-deflate; client_max_window_bits", narrow),
              (DeflateAgreement{true, true, 9, 9}));
    const DeflateSettings wide{.enabled = true, .max_window_bits = 99};
    EXPECT_EQ(agreed("permessage-deflate; client_max_window_bits", wide),
              (DeflateAgreement{true, true, 15, 15}));
}

}  // namespace
}  // namespace stentor::websocket
