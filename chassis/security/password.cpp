#include "chassis/security/password.hpp"

#include <sodium.h>

#include <new>
#include <stdexcept>

namespace chassis::security {
namespace {

void start_sodium() {
    static const bool ready = sodium_init() >= 0;
    if (!ready) throw std::runtime_error("libsodium does not start");
}

}  // namespace

std::string hash_password(std::string_view password, const PasswordCost& cost) {
    if (password.size() > longest_password) throw std::length_error("the password is too long");
    if (cost.memory < crypto_pwhash_MEMLIMIT_MIN || cost.passes < crypto_pwhash_OPSLIMIT_MIN) {
        throw std::invalid_argument("a password hash costs at least 8192 bytes of memory and one pass");
    }
    start_sodium();
    char hash[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(hash, password.data(), password.size(), cost.passes, cost.memory,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        throw std::bad_alloc();
    }
    return hash;
}

bool verify_password(std::string_view hash, std::string_view password) {
    if (password.size() > longest_password || hash.size() >= crypto_pwhash_STRBYTES) return false;
    start_sodium();
    return crypto_pwhash_str_verify(std::string(hash).c_str(), password.data(), password.size()) == 0;
}

bool needs_rehash(std::string_view hash, const PasswordCost& cost) {
    start_sodium();
    return crypto_pwhash_str_needs_rehash(std::string(hash).c_str(), cost.passes, cost.memory) != 0;
}

}  // namespace chassis::security
