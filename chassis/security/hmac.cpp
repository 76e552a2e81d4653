#include "chassis/security/hmac.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

namespace chassis::security {

Sha256 sha256(std::string_view data) {
    Sha256 digest;
    if (EVP_Digest(data.data(), data.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("SHA-256 failed");
    }
    return digest;
}

Sha256 hmac_sha256(std::string_view key, std::string_view data) {
    Sha256 code;
    unsigned length = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
    if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, data.size(), code.data(), &length)) {
        throw std::runtime_error("HMAC-SHA-256 failed");
    }
    return code;
}

bool constant_time_equal(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace chassis::security
