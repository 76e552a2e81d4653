// Keys for signing tokens, and their public halves as a JSON Web Key Set (RFC 7517).
//
//     SigningKey key = SigningKey::generate(Algorithm::eddsa);
//     KeySet keys;
//     keys.add(key);
//     std::string jwks = keys.to_json();                    // what auth serves
//     KeySet known = KeySet::parse(jwks);                   // what everybody else reads
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

namespace chassis::security {

/// EdDSA with Ed25519 (RFC 8037) and ECDSA on P-256 with SHA-256 (RFC 7518).
enum class Algorithm : std::uint8_t { eddsa, es256 };

/// "EdDSA" and "ES256", as they stand in a token's header.
[[nodiscard]] std::string_view to_string(Algorithm algorithm) noexcept;
[[nodiscard]] std::optional<Algorithm> parse_algorithm(std::string_view name) noexcept;

/// A key that cannot be read, or of another kind.
struct KeyError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

namespace detail {
struct FreeKey {
    void operator()(evp_pkey_st* key) const noexcept;
};
using KeyPointer = std::unique_ptr<evp_pkey_st, FreeKey>;
}  // namespace detail

/// Any number of threads may verify with one.
class PublicKey {
  public:
    PublicKey(std::string id, Algorithm algorithm, detail::KeyPointer key);

    [[nodiscard]] const std::string& id() const noexcept { return id_; }
    [[nodiscard]] Algorithm algorithm() const noexcept { return algorithm_; }
    /// `signature` as in a token: 64 bytes, for ES256 r and s one after the other.
    [[nodiscard]] bool verify(std::string_view data, std::string_view signature) const;
    /// With `kid`, `use` and `alg`.
    [[nodiscard]] std::string to_jwk() const;

  private:
    std::string id_;
    Algorithm algorithm_;
    detail::KeyPointer key_;
};

/// Any number of threads may sign with one.
class SigningKey {
  public:
    [[nodiscard]] static SigningKey generate(Algorithm algorithm);
    /// An unencrypted PKCS #8 key. Throws KeyError when it is none, or of a kind that no Algorithm takes.
    [[nodiscard]] static SigningKey from_pem(std::string_view pem);
    [[nodiscard]] std::string to_pem() const;

    /// The thumbprint of RFC 7638, so that the same key has the same id everywhere.
    [[nodiscard]] const std::string& id() const noexcept { return id_; }
    [[nodiscard]] Algorithm algorithm() const noexcept { return algorithm_; }
    /// 64 bytes.
    [[nodiscard]] std::string sign(std::string_view data) const;
    [[nodiscard]] PublicKey public_key() const;

  private:
    SigningKey(Algorithm algorithm, detail::KeyPointer key);

    Algorithm algorithm_;
    detail::KeyPointer key_;
    std::string id_;
};

class KeySet {
  public:
    /// Keys that cannot verify a token of ours (another kind, another use, a point that is not on the curve) are left
    /// out, as the RFC asks. Throws KeyError when the text is no key set at all.
    [[nodiscard]] static KeySet parse(std::string_view jwks);

    void add(const SigningKey& key) { keys_.push_back(key.public_key()); }
    /// {"keys":[...]}
    [[nodiscard]] std::string to_json() const;

    /// The one key with that id, or without an id the one key for that algorithm; null when there is none or several.
    [[nodiscard]] const PublicKey* find(std::optional<std::string_view> id, Algorithm algorithm) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }

  private:
    std::vector<PublicKey> keys_;
};

}  // namespace chassis::security
