// Where finished spans wait for the exporter. There is one in the process, because a span is made anywhere.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "chassis/async/signal.hpp"
#include "chassis/telemetry/trace.hpp"

namespace chassis::telemetry {

class SpanQueue {
  public:
    /// Never destroyed: spans may end while the process does.
    static SpanQueue& instance();

    /// False when it is open already.
    bool open(std::size_t capacity, std::size_t batch, double sample_ratio);
    void close() noexcept;

    [[nodiscard]] bool is_open() const noexcept { return open_.load(std::memory_order_relaxed); }
    [[nodiscard]] bool samples_new_trace() const noexcept;
    void push(SpanRecord span);
    /// Appends up to `most` of the oldest.
    void take(std::vector<SpanRecord>& out, std::size_t most);
    [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

    /// Rings when a batch is full; the exporter's stop() rings it, too.
    async::Signal& bell() noexcept { return bell_; }
    [[nodiscard]] bool batch_is_full();

  private:
    std::atomic<bool> open_{false};
    std::atomic<double> sample_ratio_{0};
    std::atomic<std::uint64_t> dropped_{0};
    std::mutex mutex_;
    std::vector<SpanRecord> waiting_;
    std::size_t capacity_ = 0;
    std::size_t batch_ = 0;
    async::Signal bell_;
};

}  // namespace chassis::telemetry
