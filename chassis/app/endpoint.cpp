#include "chassis/app/endpoint.hpp"

namespace chassis::app {

// Here once, and not in every file that registers a route.
Endpoint::Endpoint() = default;
Endpoint::~Endpoint() = default;
Provider::~Provider() = default;

async::Task<> run_providers(Call& call) {
    const auto& steps = call.plan().steps;
    for (std::size_t step = 0; step < steps.size(); ++step) {
        const Provider& provider = *steps[step].provider;
        bool made = false;
        if (provider.waits) {
            async::Task<bool> making = provider.make_waiting(call, call.place(step));
            made = co_await making;
        } else {
            made = provider.make(call, call.place(step));
        }
        if (made) call.mark_made(step);
    }
}

}  // namespace chassis::app
