// A text that must not be seen: it has no to_string(), no JSON and no operator<<, so no log line or reply can hold it.
//
//     struct Settings { Secret webhook_secret; };
//     auto code = hmac_sha256(settings.webhook_secret.reveal(), body);
#pragma once

#include <string>
#include <utility>

#include "chassis/model/codec.hpp"

namespace chassis::settings {

class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}

    [[nodiscard]] const std::string& reveal() const noexcept { return text_; }
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

  private:
    std::string text_;
};

}  // namespace chassis::settings

template <>
struct chassis::model::Codec<chassis::settings::Secret> {
    static bool parse(std::string_view text, settings::Secret& value, Problems&) {
        value = settings::Secret(std::string(text));
        return true;
    }
};

namespace chassis {
using settings::Secret;
}
