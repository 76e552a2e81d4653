// The timers of one loop, earliest first: a binary heap in which each timer knows its place, so that it can leave.
#pragma once

#include <vector>

#include "chassis/async/timer.hpp"

namespace chassis::async {

class TimerQueue {
  public:
    bool empty() const noexcept { return heap_.empty(); }
    std::size_t size() const noexcept { return heap_.size(); }
    Timer& earliest() const noexcept { return *heap_.front(); }
    void add(Timer& timer);
    void remove(Timer& timer) noexcept;
    // Takes it out, then calls it; it may destroy itself and set others.
    void expire_earliest();

  private:
    void put(std::size_t place, Timer* timer) noexcept;
    void move_up(std::size_t place) noexcept;
    void move_down(std::size_t place) noexcept;

    std::vector<Timer*> heap_;
};

}  // namespace chassis::async
