// Tests: tests/server/tls_test.py
#include "app/tls_plan.hpp"

#include "base/log.hpp"

#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace stentor::app {
namespace {

net::ClientCertificates client_certificates(const std::string& text) {
    if (text == "none") return net::ClientCertificates::none;
    if (text == "optional") return net::ClientCertificates::optional;
    if (text == "required") return net::ClientCertificates::required;
    throw ConfigError("tls.client_certificates is '" + text +
                      "'; it can be \"none\", \"optional\" or \"required\"");
}

net::TlsServerSettings settings_of(const TlsConfig& config) {
    net::TlsServerSettings settings;
    for (const CertificateConfig& each : config.certificate) {
        if (each.file.empty() || each.key.empty())
            throw ConfigError("tls.certificate needs a file and a key, both in PEM");
        settings.certificates.push_back({each.file, each.key});
    }
    settings.client_certificates = client_certificates(config.client_certificates);
    settings.client_ca = config.client_ca;
    if (settings.client_certificates != net::ClientCertificates::none && config.client_ca.empty())
        throw ConfigError("tls.client_certificates needs tls.client_ca: who issues them");
    return settings;
}

}  // namespace

TlsPlan::TlsPlan(const TlsConfig& config) : settings_(settings_of(config)), seen_(stamps()) {
    try {
        context_ = net::TlsContext::for_server(settings_);
    } catch (const std::runtime_error& error) { throw ConfigError(std::string("tls: ") + error.what()); }
}

TlsPlan::Stamps TlsPlan::stamps() const {
    Stamps stamps;
    std::error_code missing;  // then the time is a special one
    for (const net::CertificateFiles& each : settings_.certificates) {
        stamps.push_back(std::filesystem::last_write_time(each.certificate, missing));
        stamps.push_back(std::filesystem::last_write_time(each.key, missing));
    }
    if (!settings_.client_ca.empty())
        stamps.push_back(std::filesystem::last_write_time(settings_.client_ca, missing));
    return stamps;
}

bool TlsPlan::refresh(bool must) {
    Stamps now = stamps();
    if (!must && now == seen_) return false;
    seen_ = std::move(now);
    try {
        context_ = net::TlsContext::for_server(settings_);
        log::info("tls_certificates_read", {{"certificates", settings_.certificates.size()}});
        return true;
    } catch (const std::runtime_error& error) {
        log::error("tls_certificates_kept", {{"reason", error.what()}});
        return false;
    }
}

std::shared_ptr<const net::TlsContext> tls_context(const TlsClientConfig& config) {
    if (!config.enabled) return nullptr;
    if (config.certificate.empty() != config.key.empty())
        throw ConfigError("tls: a certificate of one's own needs its key, and the other way round");
    try {
        return net::TlsContext::for_client({config.ca, {config.certificate, config.key}, config.verify});
    } catch (const std::runtime_error& error) { throw ConfigError(std::string("tls: ") + error.what()); }
}

}  // namespace stentor::app
