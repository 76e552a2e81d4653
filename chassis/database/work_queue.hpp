// The line in which closures wait for a thread; whoever's deadline passes there leaves it.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "chassis/database/work.hpp"

namespace chassis::database {

class WorkQueue {
  public:
    /// `capacity` is how many may wait.
    explicit WorkQueue(std::size_t capacity);
    /// close() has been called and what waited was taken.
    ~WorkQueue();
    WorkQueue(const WorkQueue&) = delete;
    WorkQueue& operator=(const WorkQueue&) = delete;

    /// Ends the work at once with Overloaded when too much waits.
    void put(Work& work);

    /// The next one that may still start; waits for it. Null after close(), once nothing waits.
    Work* take();
    /// The next one that may still start, or null when nothing waits now.
    Work* try_take();

    void close();

  private:
    Work* pop(std::unique_lock<std::mutex>& lock);
    void watch_deadlines();
    static void refuse(Work& work, std::exception_ptr error) noexcept;

    const std::size_t capacity_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::condition_variable watch_;
    std::deque<Work*> waiting_;
    // When the watching thread looks next: never later than the earliest deadline in the line.
    std::chrono::steady_clock::time_point next_look_ = std::chrono::steady_clock::time_point::max();
    bool closed_ = false;
    std::thread watcher_;
};

}  // namespace chassis::database
