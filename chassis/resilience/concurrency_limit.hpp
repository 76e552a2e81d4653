// Refuses what would only queue: so many at once, and no more.
//
//     ConcurrencyLimit limit(64);
//     auto entry = limit.try_enter();
//     if (!entry) throw HttpError{503, "Overloaded"}.header("Retry-After", "1");
//     co_return co_await serve(request);                    // the place is free again when `entry` goes
#pragma once

#include <atomic>
#include <optional>
#include <utility>

namespace chassis::resilience {

/// Any number of threads may enter one; none waits. It outlives its entries.
class ConcurrencyLimit {
  public:
    /// One place, held until it is destroyed.
    class [[nodiscard]] Entry {
      public:
        Entry(Entry&& other) noexcept : limit_(std::exchange(other.limit_, nullptr)) {}
        Entry& operator=(Entry&& other) noexcept {
            std::swap(limit_, other.limit_);
            return *this;
        }
        ~Entry() {
            if (limit_) limit_->inside_.fetch_sub(1, std::memory_order_release);
        }

      private:
        friend class ConcurrencyLimit;
        explicit Entry(ConcurrencyLimit* limit) noexcept : limit_(limit) {}

        ConcurrencyLimit* limit_;
    };

    /// Throws std::invalid_argument when nobody could enter.
    explicit ConcurrencyLimit(unsigned most);
    ConcurrencyLimit(const ConcurrencyLimit&) = delete;
    ConcurrencyLimit& operator=(const ConcurrencyLimit&) = delete;

    /// Nothing when all places are taken.
    [[nodiscard]] std::optional<Entry> try_enter() noexcept;

    [[nodiscard]] unsigned inside() const noexcept { return inside_.load(std::memory_order_relaxed); }
    [[nodiscard]] unsigned most() const noexcept { return most_; }

  private:
    const unsigned most_;
    std::atomic<unsigned> inside_{};
};

}  // namespace chassis::resilience
