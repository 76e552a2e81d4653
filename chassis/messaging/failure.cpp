#include "chassis/messaging/failure.hpp"

#include "chassis/database/errors.hpp"
#include "chassis/messaging/cloud_event.hpp"
#include "chassis/messaging/event.hpp"
#include "chassis/model/errors.hpp"

namespace chassis::messaging {

std::string message_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& known) {
        return known.what();
    } catch (...) {
        return "something was thrown that is not a std::exception";
    }
}

bool is_permanent(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const Permanent&) {
        return true;
    } catch (const BadCloudEvent&) {
        return true;
    } catch (const model::ValidationError&) {
        return true;
    } catch (...) {
        return false;
    }
}

bool is_database_away(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const database::DiskFull&) {
        return true;
    } catch (const database::Overloaded&) {
        return true;
    } catch (const database::NotStarted&) {
        return true;
    } catch (...) {
        return false;
    }
}

NextAttempt after_failure(const std::exception_ptr& error, int failed_attempts, int most_attempts, base::Time now,
                          const Settings& settings) {
    if (is_permanent(error) || failed_attempts >= most_attempts) return {.dead = true, .at = now};
    auto pause = resilience::backoff(static_cast<unsigned>(failed_attempts), settings.backoff);
    return {.dead = false, .at = now + std::chrono::duration_cast<std::chrono::microseconds>(pause)};
}

}  // namespace chassis::messaging
