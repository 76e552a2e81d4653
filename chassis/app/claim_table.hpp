// The rows behind .idempotent().
#pragma once

#include <optional>
#include <string>

#include "chassis/app/idempotency.hpp"
#include "chassis/database/database.hpp"

namespace chassis::app {

class ClaimTable {
  public:
    /// Brings the table up to date. Blocks.
    explicit ClaimTable(database::Database& database);

    struct Stored {
        int status;
        std::string content_type;
        std::string headers;
        std::string body;
    };
    struct Found {
        enum class Kind { ours, done, at_work, another_request } kind;
        Stored reply{};
        // Of `at_work`: when its lease ends.
        base::Time lease_until{};
    };

    /// Inserts the row or takes it over. When it is ours, the state has its id.
    async::Task<Found> claim(detail::ClaimState& state, const IdempotencySettings& settings);
    /// After a failure: lets the next repeat have it at once, or forgets it when nothing can have been done.
    async::Task<> release(const detail::ClaimState& state, bool nothing_done);
    /// Stores the reply unless the handler has done so; false when another attempt has taken over.
    async::Task<bool> complete(const detail::ClaimState& state, const http::Response& response);
    /// Lets go of what a process before this one held. Only where no other process can hold a claim.
    async::Task<> release_all();

  private:
    database::Database& database_;
};

}  // namespace chassis::app
