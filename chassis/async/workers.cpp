#include "chassis/async/workers.hpp"

namespace chassis::async {

Workers::Workers(unsigned threads) {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { serve(); });
}

Workers::~Workers() {
    {
        std::lock_guard lock(mutex_);
        ending_ = true;
    }
    ready_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void Workers::hand_in(Job& job) noexcept {
    {
        std::lock_guard lock(mutex_);
        (last_ ? last_->next : first_) = &job;
        last_ = &job;
    }
    ready_.notify_one();
}

void Workers::serve() noexcept {
    std::unique_lock lock(mutex_);
    for (;;) {
        ready_.wait(lock, [&] { return first_ || ending_; });
        if (!first_) return;
        Job* job = first_;
        first_ = job->next;
        if (!first_) last_ = nullptr;
        lock.unlock();
        {
            Context::Scope scope(job->suspension.context());
            job->work();
        }
        job->suspension.post();
        lock.lock();
    }
}

}  // namespace chassis::async
