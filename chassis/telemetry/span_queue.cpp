#include "chassis/telemetry/span_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "chassis/base/random.hpp"

namespace chassis::telemetry {

SpanQueue& SpanQueue::instance() {
    static SpanQueue& queue = *new SpanQueue;
    return queue;
}

bool SpanQueue::open(std::size_t capacity, std::size_t batch, double sample_ratio) {
    std::lock_guard lock(mutex_);
    if (open_) return false;
    capacity_ = capacity;
    batch_ = batch;
    sample_ratio_ = sample_ratio;
    dropped_ = 0;
    open_ = true;
    return true;
}

void SpanQueue::close() noexcept {
    std::lock_guard lock(mutex_);
    open_ = false;
    waiting_.clear();
}

bool SpanQueue::samples_new_trace() const noexcept {
    return is_open() && base::random_unit() < sample_ratio_.load(std::memory_order_relaxed);
}

void SpanQueue::push(SpanRecord span) {
    bool full_batch = false;
    {
        std::lock_guard lock(mutex_);
        if (!open_) return;
        if (waiting_.size() >= capacity_) {
            dropped_.fetch_add(1, std::memory_order_relaxed);
            return;
        }
        waiting_.push_back(std::move(span));
        full_batch = waiting_.size() == batch_;
    }
    if (full_batch) bell_.notify();
}

void SpanQueue::take(std::vector<SpanRecord>& out, std::size_t most) {
    std::lock_guard lock(mutex_);
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(most, waiting_.size()));
    out.insert(out.end(), std::move_iterator(waiting_.begin()), std::move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
}

bool SpanQueue::batch_is_full() {
    std::lock_guard lock(mutex_);
    return waiting_.size() >= batch_;
}

}  // namespace chassis::telemetry
