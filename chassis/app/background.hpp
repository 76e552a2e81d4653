// Work that is done after the reply has been sent.
//
//     Accepted<Ticket> open_ticket(Body<NewTicket> ticket, BackgroundTasks& background) {
//         background.add([to = ticket->email] { return send_mail(to); });
//         ...
//     }
//
// It is lost when the process ends before it ran: what must happen is an event or a job in a transaction.
#pragma once

#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

#include "chassis/async/task.hpp"
#include "chassis/http/message.hpp"

namespace chassis::app {

class BackgroundTasks {
  public:
    /// `f()` returns a Task<> or nothing. Tasks run one after the other; one that throws is logged and ends only
    /// itself. It has no request any more: it captures copies.
    template <class F>
    void add(F f) {
        if constexpr (std::is_void_v<std::invoke_result_t<F&>>) {
            tasks_.emplace_back([f = std::move(f)]() mutable -> async::Task<> {
                f();
                co_return;
            });
        } else {
            tasks_.emplace_back(std::move(f));
        }
    }

    bool empty() const noexcept { return tasks_.empty(); }

    /// Hands the tasks over to the reply.
    void attach_to(http::Response& response) &&;

  private:
    std::vector<std::move_only_function<async::Task<>()>> tasks_;
};

}  // namespace chassis::app

namespace chassis {
using app::BackgroundTasks;
}
