#include "services/gateway/admission.hpp"

#include <chrono>
#include <cstring>

#include "chassis/base/text.hpp"
#include "chassis/security/hmac.hpp"

namespace gateway {

namespace {

using namespace chassis;
using resilience::RateLimiter;

void check(const RateLimiter::Decision& decision) {
    if (decision.allowed) return;
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(decision.retry_after).count();
    throw HttpError{429, "Too Many Requests"}.header("Retry-After", std::to_string(seconds));
}

void take(RateLimiter* limiter, std::string_view key) {
    if (limiter != nullptr) check(limiter->take(key));
}

std::optional<std::string> bearer_token(const Request& request) {
    constexpr std::string_view scheme = "Bearer ";
    const auto field = request.headers.get("Authorization");
    if (!field || field->size() <= scheme.size() || !base::iequals(field->substr(0, scheme.size()), scheme)) {
        return std::nullopt;
    }
    return std::string(base::trim(field->substr(scheme.size())));
}

// Nobody can make a token that has another one's hash.
std::uint64_t hash_of(std::string_view token) noexcept {
    const auto whole = security::sha256(token);
    std::uint64_t hash = 0;
    std::memcpy(&hash, whole.data(), sizeof hash);
    return hash;
}

}  // namespace

std::string_view address_of(std::string_view remote) noexcept { return remote.substr(0, remote.rfind(':')); }

KnownTokens::KnownTokens() : hashes_(std::make_unique<std::atomic<std::uint64_t>[]>(places)) {}

bool KnownTokens::contains(std::string_view token) const noexcept {
    const auto hash = hash_of(token);
    return hashes_[hash % places].load(std::memory_order_relaxed) == hash;
}

void KnownTokens::add(std::string_view token) noexcept {
    const auto hash = hash_of(token);
    hashes_[hash % places].store(hash, std::memory_order_relaxed);
}

void KnownTokens::remove(std::string_view token) noexcept {
    auto hash = hash_of(token);
    hashes_[hash % places].compare_exchange_strong(hash, 0, std::memory_order_relaxed);
}

Admission::Admission(const contracts::Identity& identity, std::optional<resilience::Rate> rate) : identity_(identity) {
    if (!rate) return;
    customers_ = std::make_unique<RateLimiter>(*rate);
    addresses_ = std::make_unique<RateLimiter>(*rate);
    known_ = std::make_unique<KnownTokens>();
}

Task<> Admission::admit(const Request& request, Audience audience) const {
    const std::string_view address = address_of(request.remote_address);
    auto token = audience == Audience::strangers ? std::nullopt : bearer_token(request);
    if (token) {
        const auto customer = co_await identify(std::move(*token), address);
        take(customers_.get(), to_string(customer.id));
        co_return;
    }
    take(addresses_.get(), address);
    if (audience == Audience::customers) {
        throw HttpError{401, "Not authenticated"}.header("WWW-Authenticate", "Bearer");
    }
}

Task<contracts::CurrentUser> Admission::identify(std::string token, std::string_view address) const {
    if (addresses_ && !known_->contains(token)) check(addresses_->look(address));
    try {
        auto customer = co_await identity_.check(token);
        if (known_) known_->add(token);
        co_return customer;
    } catch (const HttpError& error) {
        if (error.status == 401 && known_) {
            known_->remove(token);
            take(addresses_.get(), address);
        }
        throw;
    }
}

}  // namespace gateway
