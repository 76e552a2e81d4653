#include "chassis/security/password.hpp"

#include <sodium.h>

#include <new>
#include <stdexcept>

namespace chassis::security {
namespace {

constexpr unsigned long long passes = 2;
constexpr std::size_t memory = 19 * 1024 * 1024;

void start_sodium() {
    static const bool ready = sodium_init() >= 0;
    if (!ready) throw std::runtime_error("libsodium does not start");
}

}  // namespace

std::string hash_password(std::string_view password) {
    if (password.size() > longest_password) throw std::length_error("the password is too long");
    start_sodium();
    char hash[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(hash, password.data(), password.size(), passes, memory, crypto_pwhash_ALG_ARGON2ID13) !=
        0) {
        throw std::bad_alloc();
    }
    return hash;
}

bool verify_password(std::string_view hash, std::string_view password) {
    if (password.size() > longest_password || hash.size() >= crypto_pwhash_STRBYTES) return false;
    start_sodium();
    return crypto_pwhash_str_verify(std::string(hash).c_str(), password.data(), password.size()) == 0;
}

bool needs_rehash(std::string_view hash) {
    start_sodium();
    return crypto_pwhash_str_needs_rehash(std::string(hash).c_str(), passes, memory) != 0;
}

}  // namespace chassis::security
