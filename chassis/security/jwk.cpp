#include "chassis/security/jwk.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <array>
#include <utility>

#include "chassis/base/json_text.hpp"
#include "chassis/base/text.hpp"
#include "chassis/security/hmac.hpp"
#include "chassis/security/public_key.hpp"

namespace chassis::security {

void detail::FreeKey::operator()(evp_pkey_st* key) const noexcept { EVP_PKEY_free(key); }

namespace {

template <auto Free>
struct Freer {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freer<Free>>;

// What OpenSSL notes about a refused key or signature, it notes for the whole thread, where TLS would find it later.
class ForgetErrors {
  public:
    ForgetErrors() noexcept { ERR_set_mark(); }
    ~ForgetErrors() { ERR_pop_to_mark(); }
    ForgetErrors(const ForgetErrors&) = delete;
    ForgetErrors& operator=(const ForgetErrors&) = delete;
};

constexpr std::array<std::string_view, 2> algorithm_names{"EdDSA", "ES256"};
// Of a coordinate of P-256, and of each half of a signature.
constexpr std::size_t half = 32;

[[noreturn]] void fail(const char* what) { throw KeyError(std::string("OpenSSL: ") + what); }

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string coordinate(evp_pkey_st* key, const char* name) {
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &number) != 1) fail("a key without coordinates");
    const Owned<BIGNUM, BN_free> owned(number);
    std::string bytes(half, '\0');
    if (BN_bn2binpad(number, bytes_of(bytes), half) != half) fail("a coordinate that is too long");
    return base::to_base64url(bytes);
}

// The members that RFC 7638 hashes, in its order.
std::string required_members(evp_pkey_st* key, Algorithm algorithm) {
    if (algorithm == Algorithm::es256) {
        return R"("crv":"P-256","kty":"EC","x":")" + coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X) + R"(","y":")" +
               coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y) + '"';
    }
    std::string bytes(32, '\0');
    std::size_t length = bytes.size();
    if (EVP_PKEY_get_raw_public_key(key, bytes_of(bytes), &length) != 1) fail("a key without its public half");
    return R"("crv":"Ed25519","kty":"OKP","x":")" + base::to_base64url(bytes) + '"';
}

const EVP_MD* digest_of(Algorithm algorithm) { return algorithm == Algorithm::es256 ? EVP_sha256() : nullptr; }

// OpenSSL wants an ECDSA signature in DER, a token has r and s. Empty when they cannot be written.
std::string to_der(std::string_view signature) {
    const Owned<ECDSA_SIG, ECDSA_SIG_free> parts(ECDSA_SIG_new());
    BIGNUM* r = BN_bin2bn(bytes_of(signature), half, nullptr);
    BIGNUM* s = BN_bin2bn(bytes_of(signature) + half, half, nullptr);
    if (!parts || !r || !s || ECDSA_SIG_set0(parts.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return {};
    }
    unsigned char* der = nullptr;
    const int length = i2d_ECDSA_SIG(parts.get(), &der);
    if (length <= 0) return {};
    std::string result(reinterpret_cast<char*>(der), static_cast<std::size_t>(length));
    OPENSSL_free(der);
    return result;
}

std::string from_der(std::string_view der) {
    const unsigned char* at = bytes_of(der);
    const Owned<ECDSA_SIG, ECDSA_SIG_free> parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    std::string signature(2 * half, '\0');
    if (!parts || BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), bytes_of(signature), half) != half ||
        BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), bytes_of(signature) + half, half) != half) {
        fail("a signature that cannot be read");
    }
    return signature;
}

detail::KeyPointer same_key(evp_pkey_st* key) {
    EVP_PKEY_up_ref(key);
    return detail::KeyPointer(key);
}

}  // namespace

detail::KeyPointer detail::ec_public_key(std::string_view x, std::string_view y) {
    if (x.size() != half || y.size() != half) return nullptr;
    const ForgetErrors forget;
    std::string point = "\x04";
    point.append(x).append(y);
    const Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
        fail("no parameters");
    }
    const Owned<OSSL_PARAM, OSSL_PARAM_free> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        return nullptr;
    }
    KeyPointer owned(key);
    const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> check(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    if (!check || EVP_PKEY_public_check(check.get()) != 1) return nullptr;
    return owned;
}

detail::KeyPointer detail::ed25519_public_key(std::string_view x) {
    if (x.size() != 32) return nullptr;
    return KeyPointer(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(x), x.size()));
}

std::string_view to_string(Algorithm algorithm) noexcept {
    return algorithm_names[static_cast<std::size_t>(algorithm)];
}

std::optional<Algorithm> parse_algorithm(std::string_view name) noexcept {
    for (std::size_t i = 0; i < algorithm_names.size(); ++i) {
        if (algorithm_names[i] == name) return static_cast<Algorithm>(i);
    }
    return std::nullopt;
}

PublicKey::PublicKey(std::string id, Algorithm algorithm, detail::KeyPointer key)
    : id_(std::move(id)), algorithm_(algorithm), key_(std::move(key)) {}

bool PublicKey::verify(std::string_view data, std::string_view signature) const {
    if (signature.size() != 2 * half) return false;
    const ForgetErrors forget;
    std::string der;
    if (algorithm_ == Algorithm::es256) {
        der = to_der(signature);
        if (der.empty()) return false;
        signature = der;
    }
    const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
    if (!context || EVP_DigestVerifyInit(context.get(), nullptr, digest_of(algorithm_), nullptr, key_.get()) != 1) {
        fail("cannot verify");
    }
    return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(data), data.size()) == 1;
}

std::string PublicKey::to_jwk() const {
    std::string kid;
    base::append_json_string(kid, id_);
    return '{' + required_members(key_.get(), algorithm_) + R"(,"alg":")" + std::string(to_string(algorithm_)) +
           R"(","use":"sig","kid":)" + kid + '}';
}

SigningKey::SigningKey(Algorithm algorithm, detail::KeyPointer key)
    : algorithm_(algorithm),
      key_(std::move(key)),
      id_(base::to_base64url(sha256('{' + required_members(key_.get(), algorithm_) + '}'))) {}

SigningKey SigningKey::generate(Algorithm algorithm) {
    detail::KeyPointer key(algorithm == Algorithm::es256 ? EVP_EC_gen("prime256v1")
                                                         : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    if (!key) fail("cannot make a key");
    return SigningKey(algorithm, std::move(key));
}

SigningKey SigningKey::from_pem(std::string_view pem) {
    const ForgetErrors forget;
    const Owned<BIO, BIO_free> source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    // Without a password to ask for: the default would ask the terminal.
    const auto no_password = [](char*, int, int, void*) { return -1; };
    detail::KeyPointer key(PEM_read_bio_PrivateKey(source.get(), nullptr, no_password, nullptr));
    if (!key) throw KeyError("this is not an unencrypted private key in PEM");
    if (EVP_PKEY_is_a(key.get(), "ED25519") == 1) return SigningKey(Algorithm::eddsa, std::move(key));
    char group[32] = {};
    if (EVP_PKEY_is_a(key.get(), "EC") == 1 && EVP_PKEY_get_group_name(key.get(), group, sizeof group, nullptr) == 1 &&
        std::string_view(group) == "prime256v1") {
        return SigningKey(Algorithm::es256, std::move(key));
    }
    throw KeyError("the key is neither Ed25519 nor P-256");
}

std::string SigningKey::to_pem() const {
    const Owned<BIO, BIO_free> out(BIO_new(BIO_s_mem()));
    if (PEM_write_bio_PKCS8PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
        fail("cannot write the key");
    }
    char* text = nullptr;
    const long length = BIO_get_mem_data(out.get(), &text);
    return std::string(text, static_cast<std::size_t>(length));
}

std::string SigningKey::sign(std::string_view data) const {
    const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
    std::string signature(128, '\0');
    std::size_t length = signature.size();
    if (!context || EVP_DigestSignInit(context.get(), nullptr, digest_of(algorithm_), nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), bytes_of(signature), &length, bytes_of(data), data.size()) != 1) {
        fail("cannot sign");
    }
    signature.resize(length);
    return algorithm_ == Algorithm::es256 ? from_der(signature) : signature;
}

PublicKey SigningKey::public_key() const { return PublicKey(id_, algorithm_, same_key(key_.get())); }

}  // namespace chassis::security
