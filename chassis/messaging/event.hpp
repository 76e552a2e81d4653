// What a struct needs to be an event or a job.
//
//     struct OrderPaid {                                            struct ChargeCard {
//         static constexpr std::string_view event_type = "order.paid";      static constexpr std::string_view job_type
//         = ...; Uuid order_id;                                                    Uuid payment_id; std::string
//         event_key() const { return to_string(order_id); }     std::string job_key() const { ... }
//     };                                                            };
//
// Events of a key on a topic are handled in order. The topic is the type's text before the first '.', or
// `static constexpr std::string_view event_topic`, by which types of several services share one order ("payment.failed"
// on topic "order"). `static constexpr int event_version = 2` is the major version; without it, 1.
//
// An event says what happened, not all that is known of it: `most_data` and `most_key` bound it, so that every broker
// takes it. A transaction that publishes a larger one fails.
#pragma once

#include <concepts>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace chassis::messaging {

template <class E>
concept Event = requires(const E& event) {
    { E::event_type } -> std::convertible_to<std::string_view>;
    { event.event_key() } -> std::convertible_to<std::string>;
};

template <class J>
concept Job = requires(const J& job) {
    { J::job_type } -> std::convertible_to<std::string_view>;
    { job.job_key() } -> std::convertible_to<std::string>;
};

template <Event E>
constexpr std::string_view topic_of() {
    if constexpr (requires { E::event_topic; }) {
        return E::event_topic;
    } else {
        std::string_view type = E::event_type;
        return type.substr(0, type.find('.'));
    }
}

template <Event E>
constexpr int version_of() {
    if constexpr (requires { E::event_version; }) {
        return E::event_version;
    } else {
        return 1;
    }
}

/// An event's JSON, in bytes.
inline constexpr std::size_t most_data = std::size_t{256} * 1024;
/// Its key, in bytes.
inline constexpr std::size_t most_key = 1024;

/// Thrown by a handler or a job that can never succeed: a dead letter at once, without another attempt.
struct Permanent : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace chassis::messaging

namespace chassis {
using messaging::Permanent;
}
