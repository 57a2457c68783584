#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::http {

struct Field {
    std::string name;
    std::string value;
    friend bool operator==(const Field&, const Field&) = default;
};

/// Header fields in order of arrival; names compare without case (RFC 9110 5.1).
class Fields {
public:
    Fields() = default;
    Fields(std::initializer_list<Field> fields) : fields_(fields) {}
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    [[nodiscard]] std::size_t count(std::string_view name) const;
    /// Whether a comma-separated list field (`Connection`, `Upgrade`) holds the token, without case, over all
    /// lines.
    [[nodiscard]] bool has_token(std::string_view name, std::string_view token) const;
    void add(std::string_view name, std::string_view value);
    void set(std::string_view name, std::string_view value);
    [[nodiscard]] auto begin() const { return fields_.begin(); }
    [[nodiscard]] auto end() const { return fields_.end(); }
    [[nodiscard]] std::size_t size() const { return fields_.size(); }
    friend bool operator==(const Fields&, const Fields&) = default;

private:
    std::vector<Field> fields_;
};

/// A request whose framing was checked. Immutable once parsed.
struct Request {
    std::string method;    ///< "GET"
    std::string target;    ///< as sent
    std::string path;      ///< percent-decoded once and checked: no NUL, no backslash, no "." or ".." segment
    std::string raw_path;  ///< the path as sent, escapes kept (SockJS session ids)
    std::string query;     ///< what follows '?', as sent
    int minor_version = 1;  ///< HTTP/1.x
    Fields fields;
    std::string body;
    bool keep_alive = true;

    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
        return fields.find(name);
    }
};

/// A response to be written. `fields` never name Content-Length, Transfer-Encoding or Connection: the writer
/// does.
struct Response {
    int status = 200;
    Fields fields;
    std::string body;
};

}  // namespace stentor::http
