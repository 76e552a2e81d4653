#include "chassis/http/client_pool.hpp"

#include <algorithm>
#include <utility>

namespace chassis::http {

bool Origin::Enter::await_ready() noexcept {
    if (origin_.free_ == 0) return false;
    --origin_.free_;
    return entered_ = true;
}

void Origin::Enter::await_suspend(std::coroutine_handle<> waiting) {
    suspension_.suspend(waiting);
    (origin_.last_waiting_ ? origin_.last_waiting_->next_ : origin_.first_waiting_) = this;
    origin_.last_waiting_ = this;
    if (until_ != Time::max()) set(until_);
}

void Origin::Enter::expired(async::Timer& timer) {
    auto& self = static_cast<Enter&>(timer);
    Enter* before = nullptr;
    Enter* waiting = self.origin_.first_waiting_;
    for (; waiting != &self; waiting = waiting->next_) before = waiting;
    (before ? before->next_ : self.origin_.first_waiting_) = self.next_;
    if (self.origin_.last_waiting_ == &self) self.origin_.last_waiting_ = before;
    self.suspension_.resume();
}

// The place goes to whoever waits longest.
void Origin::leave() noexcept {
    if (!first_waiting_) {
        ++free_;
        return;
    }
    Enter* next = first_waiting_;
    first_waiting_ = next->next_;
    if (!first_waiting_) last_waiting_ = nullptr;
    next->cancel();
    next->entered_ = true;
    next->suspension_.post();
}

std::unique_ptr<ClientConnection> Origin::take_kept() {
    while (!kept_.empty()) {
        auto connection = std::move(kept_.back());
        kept_.pop_back();
        // A byte that nobody asked for would be taken for the next reply.
        if (connection->wire.is_quiet()) return connection;
    }
    return nullptr;
}

void Origin::keep(std::unique_ptr<ClientConnection> connection) {
    connection->idle_since = async::Context::Clock::now();
    kept_.push_back(std::move(connection));
}

bool Origin::close_idle_since(Time time) {
    // The oldest stand in front.
    auto first_young = std::ranges::find_if(kept_, [&](auto& connection) { return connection->idle_since > time; });
    kept_.erase(kept_.begin(), first_young);
    return !kept_.empty();
}

Origin& ClientPool::origin(const Url& url) {
    auto found = origins_.find(url.authority);
    if (found == origins_.end()) found = origins_.try_emplace(url.authority, settings_.max_connections).first;
    return found->second;
}

void ClientPool::keep(Origin& origin, std::unique_ptr<ClientConnection> connection) {
    origin.keep(std::move(connection));
    if (!sweep_.armed()) sweep_.set(async::Context::Clock::now() + settings_.idle_timeout);
}

void ClientPool::sweep(async::Timer& timer) {
    ClientPool& pool = static_cast<Sweep&>(timer).pool;
    auto now = async::Context::Clock::now();
    bool any = false;
    for (auto& [authority, origin] : pool.origins_)
        any = origin.close_idle_since(now - pool.settings_.idle_timeout) || any;
    if (any) timer.set(now + pool.settings_.idle_timeout / 2);
}

}  // namespace chassis::http
