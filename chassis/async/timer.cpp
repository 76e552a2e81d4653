#include "chassis/async/timer.hpp"

#include "chassis/async/loop_state.hpp"
#include "chassis/async/timer_queue.hpp"

namespace chassis::async {

void TimerQueue::put(std::size_t place, Timer* timer) noexcept {
    heap_[place] = timer;
    timer->place_ = place;
}

void TimerQueue::move_up(std::size_t place) noexcept {
    Timer* timer = heap_[place];
    while (place > 0) {
        std::size_t parent = (place - 1) / 2;
        if (heap_[parent]->when_ <= timer->when_) break;
        put(place, heap_[parent]);
        place = parent;
    }
    put(place, timer);
}

void TimerQueue::move_down(std::size_t place) noexcept {
    Timer* timer = heap_[place];
    for (std::size_t child; (child = 2 * place + 1) < heap_.size(); place = child) {
        if (child + 1 < heap_.size() && heap_[child + 1]->when_ < heap_[child]->when_) ++child;
        if (timer->when_ <= heap_[child]->when_) break;
        put(place, heap_[child]);
    }
    put(place, timer);
}

void TimerQueue::add(Timer& timer) {
    heap_.push_back(&timer);
    move_up(heap_.size() - 1);
}

void TimerQueue::remove(Timer& timer) noexcept {
    std::size_t place = timer.place_;
    Timer* last = heap_.back();
    heap_.pop_back();
    if (last == &timer) return;
    put(place, last);
    move_up(place);
    move_down(last->place_);
}

void TimerQueue::expire_earliest() {
    Timer& timer = earliest();
    timer.cancel();
    timer.expired_(timer);
}

void Timer::set(Context::Clock::time_point when) {
    cancel();
    Loop& loop = *Loop::current();
    when_ = when;
    loop.state().timers.add(*this);
    loop_ = &loop;
    loop.state().set_alarm();
}

void Timer::cancel() noexcept {
    if (!loop_) return;
    // The alarm stays: it finds nothing due and is set again, which is cheaper than moving it each time.
    loop_->state().timers.remove(*this);
    loop_ = nullptr;
}

void Loop::State::set_alarm() {
    if (timers.empty() || timers.earliest().when() >= alarm_at) return;
    alarm_at = timers.earliest().when();
    alarm.expires_at(alarm_at);
    alarm.async_wait([this](const boost::system::error_code& replaced) {
        if (replaced) return;
        alarm_at = Context::Clock::time_point::max();
        // As many as there are now: one that sets itself again to a time already past must not hold the loop.
        auto now = Context::Clock::now();
        for (auto left = timers.size(); left > 0 && !timers.empty() && timers.earliest().when() <= now; --left) {
            timers.expire_earliest();
        }
        set_alarm();
    });
}

}  // namespace chassis::async
