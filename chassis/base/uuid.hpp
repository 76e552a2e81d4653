// A 128-bit id (RFC 9562). Those made here are of version 7: they sort by the time at which they were made.
//
//     Uuid id = Uuid::random();
//     std::string text = to_string(id);            // "01890a5d-ac96-774b-bcce-b302099a8057"
//     std::optional<Uuid> same = Uuid::parse(text);
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace chassis::base {

struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    /// A new one: milliseconds since 1970, a fraction of a millisecond, 62 random bits. Those of one thread ascend.
    [[nodiscard]] static Uuid random() noexcept;
    /// The 36 characters of the standard, upper or lower case; nothing when it is another text.
    [[nodiscard]] static std::optional<Uuid> parse(std::string_view text) noexcept;
    /// Appends the 36 characters, in lower case.
    void append_to(std::string& out) const;

    friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

[[nodiscard]] std::string to_string(const Uuid& id);

}  // namespace chassis::base

template <>
struct std::hash<chassis::base::Uuid> {
    std::size_t operator()(const chassis::base::Uuid& id) const noexcept {
        std::uint64_t halves[2];
        std::memcpy(halves, id.bytes.data(), sizeof halves);
        return static_cast<std::size_t>(halves[0] ^ halves[1] * 0x9E3779B97F4A7C15u);
    }
};

namespace chassis {
using base::Uuid;
}
