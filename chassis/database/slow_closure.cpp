#include "chassis/database/database.hpp"
#include "chassis/telemetry/log.hpp"

namespace chassis::database {

void log_slow_closure(const SlowClosure& slow) {
    log_warning("a slow closure on the database",
                {{"where", std::string(slow.where.file_name()) + ":" + std::to_string(slow.where.line())},
                 {"microseconds", static_cast<std::int64_t>(slow.took.count())}});
}

}  // namespace chassis::database
