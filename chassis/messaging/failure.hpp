// What becomes of a handler or a job that threw.
#pragma once

#include <exception>
#include <string>

#include "chassis/base/clock.hpp"
#include "chassis/messaging/settings.hpp"

namespace chassis::messaging {

/// The message of an exception.
[[nodiscard]] std::string message_of(const std::exception_ptr& error);

/// True when another attempt cannot help: Permanent, or data that does not parse.
[[nodiscard]] bool is_permanent(const std::exception_ptr& error);

/// True when it is the database that could not take the change (full, overloaded, not started): the attempt does not
/// count, and the same is tried again.
[[nodiscard]] bool is_database_away(const std::exception_ptr& error);

/// When the next attempt is, or the end of all attempts.
struct NextAttempt {
    bool dead;
    base::Time at;
};
[[nodiscard]] NextAttempt after_failure(const std::exception_ptr& error, int failed_attempts, int most_attempts,
                                        base::Time now, const Settings& settings);

}  // namespace chassis::messaging
