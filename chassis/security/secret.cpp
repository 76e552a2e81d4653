#include "chassis/security/secret.hpp"

#include <sodium.h>

#include <cstdlib>
#include <vector>

#include "chassis/base/text.hpp"

namespace chassis::security {

void fill_secret(std::span<std::uint8_t> bytes) noexcept {
    static const bool ready = sodium_init() >= 0;
    if (!ready) std::abort();
    randombytes_buf(bytes.data(), bytes.size());
}

std::string random_secret(std::size_t bytes) {
    std::vector<std::uint8_t> buffer(bytes);
    fill_secret(buffer);
    return base::to_base64url(buffer);
}

}  // namespace chassis::security
