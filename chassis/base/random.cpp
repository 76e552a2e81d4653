#include "chassis/base/random.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace chassis::base {
namespace {

// xoshiro256++ (Blackman and Vigna, 2019).
class Generator {
  public:
    Generator() noexcept {
        // Below 256 bytes getrandom() gives all or is interrupted; a state of zeros only would stay there.
        do {
            while (getrandom(state_.data(), sizeof state_, 0) != static_cast<ssize_t>(sizeof state_)) {
            }
        } while (state_ == decltype(state_){});
    }

    std::uint64_t next() noexcept {
        const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
        const std::uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = std::rotl(state_[3], 45);
        return result;
    }

  private:
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace

std::uint64_t random_u64() noexcept {
    thread_local Generator generator;
    return generator.next();
}

std::uint64_t random_below(std::uint64_t limit) noexcept {
    // Values from the last, incomplete round would come up more often than the others; they are drawn again.
    const std::uint64_t first_fair = (0 - limit) % limit;
    std::uint64_t drawn = random_u64();
    while (drawn < first_fair) drawn = random_u64();
    return drawn % limit;
}

double random_unit() noexcept { return static_cast<double>(random_u64() >> 11) * 0x1.0p-53; }

void fill_random(std::span<std::uint8_t> bytes) noexcept {
    while (!bytes.empty()) {
        const std::uint64_t random = random_u64();
        const std::size_t size = std::min(bytes.size(), sizeof random);
        std::memcpy(bytes.data(), &random, size);
        bytes = bytes.subspan(size);
    }
}

}  // namespace chassis::base
