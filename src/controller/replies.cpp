#include "stentor/replies.hpp"

#include <stdexcept>

namespace stentor::detail {

Body converted_body(const Writing& how, std::type_index type, const void* value) {
    const BoundConverter* const converter =
        how.converters == nullptr ? nullptr : how.converters->find(type, how.content_type);
    if (converter == nullptr) throw std::logic_error("no message converter for a result");
    return {converter->write(value), converter->content_type};
}

}  // namespace stentor::detail
