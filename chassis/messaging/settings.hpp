// The figures of messaging. The defaults let everything settle within a minute of a restart.
#pragma once

#include <chrono>
#include <string>

#include "chassis/resilience/backoff.hpp"

namespace chassis::messaging {

struct Settings {
    /// Who publishes: the CloudEvents' source, such as "/order".
    std::string source{};
    /// Failed attempts of an event or a job until it is a dead letter.
    int attempts = 30;
    /// Between attempts, of handlers and jobs as of the calls to the broker.
    resilience::BackoffSettings backoff{.base = std::chrono::milliseconds(100), .cap = std::chrono::seconds(20)};
    /// What a job's calls may take together.
    std::chrono::milliseconds job_time = std::chrono::seconds(15);
    int jobs_at_once = 64;
    /// Messages or rows that are moved at once.
    int batch = 256;
    /// How long a receive waits at the broker for something to come.
    std::chrono::milliseconds receive_wait = std::chrono::seconds(2);
    /// How long a finished event is remembered, so that a late second delivery changes nothing.
    std::chrono::hours remember = std::chrono::hours(24 * 14);
    /// How long a dead letter may be redriven; shorter than `remember`.
    std::chrono::hours redrivable = std::chrono::hours(24 * 7);
    /// How long a finished job is kept for whoever looks.
    std::chrono::hours keep_jobs = std::chrono::hours(24);
    std::chrono::milliseconds trim_every = std::chrono::minutes(1);
};

}  // namespace chassis::messaging
