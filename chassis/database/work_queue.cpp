#include "chassis/database/work_queue.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "chassis/database/errors.hpp"

namespace chassis::database {

using Clock = std::chrono::steady_clock;

WorkQueue::WorkQueue(std::size_t capacity) : capacity_(capacity), watcher_([this] { watch_deadlines(); }) {}

WorkQueue::~WorkQueue() {
    close();
    watcher_.join();
}

void WorkQueue::refuse(Work& work, std::exception_ptr error) noexcept {
    work.error = std::move(error);
    work.done();
}

void WorkQueue::put(Work& work) {
    bool refused = false;
    {
        std::lock_guard lock(mutex_);
        refused = closed_ || waiting_.size() >= capacity_;
        if (!refused) {
            waiting_.push_back(&work);
            if (work.deadline < next_look_) {
                next_look_ = work.deadline;
                watch_.notify_one();
            }
        }
    }
    if (refused) {
        refuse(work, std::make_exception_ptr(Overloaded("the database has too much waiting; try again later")));
        return;
    }
    ready_.notify_one();
}

Work* WorkQueue::take() {
    std::unique_lock lock(mutex_);
    for (;;) {
        ready_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
        if (Work* work = pop(lock)) return work;
        if (closed_ && waiting_.empty()) return nullptr;
    }
}

Work* WorkQueue::try_take() {
    std::unique_lock lock(mutex_);
    return pop(lock);
}

Work* WorkQueue::pop(std::unique_lock<std::mutex>& lock) {
    while (!waiting_.empty()) {
        Work* work = waiting_.front();
        waiting_.pop_front();
        bool cancelled = work->cancelled.stop_requested();
        if (!cancelled && (work->deadline == Clock::time_point::max() || Clock::now() < work->deadline)) return work;
        lock.unlock();
        refuse(*work, std::make_exception_ptr(NotStarted(cancelled ? "the caller was cancelled before its turn"
                                                                   : "the deadline passed before its turn")));
        lock.lock();
    }
    return nullptr;
}

void WorkQueue::close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    ready_.notify_all();
    watch_.notify_all();
}

void WorkQueue::watch_deadlines() {
    std::unique_lock lock(mutex_);
    std::vector<Work*> late;
    while (!closed_) {
        if (next_look_ == Clock::time_point::max()) {
            watch_.wait(lock);
        } else {
            watch_.wait_until(lock, next_look_);
        }
        auto now = Clock::now();
        if (now < next_look_) continue;
        std::erase_if(waiting_, [&](Work* work) {
            if (work->deadline > now) return false;
            late.push_back(work);
            return true;
        });
        next_look_ = Clock::time_point::max();
        for (Work* work : waiting_) next_look_ = std::min(next_look_, work->deadline);
        if (late.empty()) continue;
        lock.unlock();
        for (Work* work : late) {
            refuse(*work, std::make_exception_ptr(NotStarted("the deadline passed before its turn")));
        }
        late.clear();
        lock.lock();
    }
}

}  // namespace chassis::database
