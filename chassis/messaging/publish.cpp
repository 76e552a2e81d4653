#include "chassis/messaging/publish.hpp"

#include <stdexcept>

#include "chassis/telemetry/trace.hpp"

namespace chassis::messaging {

void Outgoing::check_before_commit() const {
    if (!stored) throw std::logic_error("a transaction published or enqueued on a database that has no Messaging");
}

void add_outgoing(database::Transaction& tx, OutgoingEvent event) {
    telemetry::Span span(event.type + " publish", telemetry::SpanKind::producer);
    event.trace = span.trace();
    tx.state<Outgoing>().events.push_back(std::move(event));
}

void add_outgoing(database::Transaction& tx, OutgoingJob job) {
    telemetry::Span span("enqueue " + job.type, telemetry::SpanKind::producer);
    job.trace = span.trace();
    tx.state<Outgoing>().jobs.push_back(std::move(job));
}

}  // namespace chassis::messaging
