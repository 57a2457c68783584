#include "stentor/config_file.hpp"

#include <gtest/gtest.h>

#include <set>

namespace stentor {
namespace {

std::string error_of(const char* variable) {
    const char* const environment[] = {variable, nullptr};
    try {
        (void)overrides_from_environment(environment);
    } catch (const ConfigError& e) { return e.what(); }
    return {};
}

TEST(ConfigEnvironment, EverySettingButListsOfTablesHasAVariableOfItsOwn) {
    std::set<std::string> variables;
    for (const KnownSetting& setting : known_settings()) {
        EXPECT_EQ(setting.variable.empty(),
                  setting.name == "endpoint" || setting.name == "broker.hold" ||
                      setting.name == "broker.history" || setting.name == "broker.slow_consumer" ||
                      setting.name == "broker.relay.mapping" || setting.name == "broker.kafka.topics" ||
                      setting.name == "broker.kafka.properties" || setting.name == "tls.certificate" ||
                      setting.name == "resources" || setting.name == "jwt" || setting.name == "access");
        if (setting.variable.empty()) continue;
        EXPECT_TRUE(variables.insert(setting.variable).second) << setting.variable;
    }
    EXPECT_TRUE(variables.contains("STENTOR_PORT"));
    EXPECT_TRUE(variables.contains("STENTOR_STOMP_MAX_BODY"));
}

TEST(ConfigEnvironment, OnlyItsOwnVariablesCount) {
    const char* const environment[] = {
        "PATH=/bin", "STENTOR_PORT=1", "stentor_port=2", "STENTORX=3", "STENTOR_STOMP_MAX_BODY=a=b", nullptr};
    const auto overrides = overrides_from_environment(environment);
    ASSERT_EQ(overrides.size(), 2U);
    EXPECT_EQ(overrides[0].given_by, "STENTOR_PORT");
    EXPECT_EQ(overrides[0].setting, "port");
    EXPECT_EQ(overrides[0].value, "1");
    EXPECT_EQ(overrides[1].setting, "stomp.max_body");
    EXPECT_EQ(overrides[1].value, "a=b");
}

TEST(ConfigEnvironment, AnEmptyEnvironmentSetsNothing) {
    const char* const environment[] = {nullptr};
    EXPECT_TRUE(overrides_from_environment(environment).empty());
}

TEST(ConfigEnvironment, UnknownVariablesAreRefusedWithAHint) {
    EXPECT_EQ(error_of("STENTOR_PROT=1"),
              "environment variable 'STENTOR_PROT' names no setting; did you mean 'STENTOR_PORT'?");
    EXPECT_EQ(error_of("STENTOR_SERVICE_HOST=10.0.0.1"),
              "environment variable 'STENTOR_SERVICE_HOST' names no setting; unset it");
    EXPECT_EQ(error_of("STENTOR_ENDPOINT=/ws"),
              "environment variable 'STENTOR_ENDPOINT' names no setting; give a list of tables in the "
              "configuration "
              "file");
    EXPECT_EQ(error_of("STENTOR_"), "environment variable 'STENTOR_' names no setting; unset it");
    EXPECT_EQ(error_of("STENTOR_\n"), "environment variable 'STENTOR_ ' names no setting; unset it");
}

}  // namespace
}  // namespace stentor
