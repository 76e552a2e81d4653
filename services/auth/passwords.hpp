// Hashing and checking passwords, which costs a core some tens of milliseconds each time and must not queue for long.
#pragma once

#include <optional>
#include <string>

#include "chassis/app/parameters.hpp"
#include "chassis/async/task.hpp"
#include "chassis/async/workers.hpp"
#include "chassis/resilience/concurrency_limit.hpp"

namespace auth {

class Passwords {
  public:
    // `threads` hash at the same time; one beyond `most` that hash or wait is refused.
    Passwords(unsigned threads, unsigned most);

    // argon2id, as PHC text. Both throw HttpError 503 with Retry-After when too many are waiting.
    chassis::Task<std::string> hash(std::string password);

    // Takes as long when nothing is stored, so that the time does not tell which accounts exist.
    chassis::Task<bool> is_right(std::optional<std::string> stored, std::string password);

  private:
    chassis::resilience::ConcurrencyLimit places_;
    chassis::async::Workers workers_;
    const std::string nobodys_;
};

}  // namespace auth

template <>
inline constexpr bool chassis::app::thread_safe<auth::Passwords> = true;
