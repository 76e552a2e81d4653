#include "chassis/app/events.hpp"

#include "chassis/app/inside.hpp"
#include "chassis/app/service_token.hpp"
#include "chassis/settings/settings.hpp"
#include "chassis/telemetry/log.hpp"

namespace chassis::app {
namespace {

struct EventSettings {
    // Without it nobody may operate dead letters.
    settings::Secret service_token;

    static void rules(model::Rules<EventSettings>& field) { field(&EventSettings::service_token).has_default(); }
};

struct Page {
    int limit = 100;
    std::string after;

    static void rules(model::Rules<Page>& field) {
        field(&Page::limit).has_default().at_least(1).at_most(1000);
        field(&Page::after).has_default().about("The cursor of the last one of the page before");
    }
};

struct DeadLetterPage {
    std::vector<messaging::DeadLetter> items;
};

// Who does it, for the audit.
struct Operator {
    std::string by = "operator";

    static void rules(model::Rules<Operator>& field) { field(&Operator::by).has_default().length(1, 200); }
};

struct Skip {
    std::string reason;
    std::string by = "operator";

    static void rules(model::Rules<Skip>& field) {
        field(&Skip::reason).length(1, 1000);
        field(&Skip::by).has_default().length(1, 200);
    }
};

struct Redriven {
    int redriven;
};

// What has not been dealt with yet.
struct Backlog {
    std::int64_t outbox;
    std::int64_t inbox;
    std::int64_t jobs_due;
    std::int64_t dead_letters;
};

async::Task<Backlog> backlog(messaging::Messaging& messaging) {
    const messaging::Figures figures = co_await messaging.figures();
    co_return Backlog{.outbox = figures.outbox.count,
                      .inbox = figures.inbox.count - figures.dead_events.count,
                      .jobs_due = figures.jobs_due,
                      .dead_letters = figures.dead_events.count + figures.dead_jobs.count};
}

constexpr std::chrono::seconds measure_every{5};

// How much waits, and how old the oldest of it is: what alerts look at.
class Gauges {
  public:
    explicit Gauges(telemetry::Metrics& metrics)
        : outbox_(metrics, "outbox"),
          inbox_(metrics, "inbox"),
          jobs_(metrics, "jobs"),
          dead_events_(metrics, "dead_events"),
          dead_jobs_(metrics, "dead_jobs") {}

    void set(const messaging::Figures& figures) {
        outbox_.set(figures.outbox);
        inbox_.set(figures.inbox);
        jobs_.set(figures.jobs);
        dead_events_.set(figures.dead_events);
        dead_jobs_.set(figures.dead_jobs);
    }

  private:
    struct Pair {
        Pair(telemetry::Metrics& metrics, const std::string& of)
            : rows(metrics.gauge("messaging_rows", "Rows of messaging that are not done", {{"of", of}})),
              oldest(metrics.gauge("messaging_oldest_seconds", "Age of the oldest of them", {{"of", of}})) {}

        void set(const messaging::Depth& depth) {
            rows.set(static_cast<double>(depth.count));
            oldest.set(std::chrono::duration<double>(depth.oldest).count());
        }

        telemetry::Gauge& rows;
        telemetry::Gauge& oldest;
    };

    Pair outbox_;
    Pair inbox_;
    Pair jobs_;
    Pair dead_events_;
    Pair dead_jobs_;
};

class Events final : public Part {
  public:
    Events(App& app, database::Database& database, messaging::Broker& broker)
        : messaging(database, broker, base::system_clock(), {.source = "/" + app.name()}), gauges_(app.metrics()) {
        add_routes(app);
    }

    async::Task<> start() override {
        messaging.start(*async::Loop::current());
        measuring_.spawn(measure());
        co_return;
    }
    async::Task<> stop() override {
        stopping_ = true;
        bell_.notify();
        co_await measuring_.join();
        co_await messaging.stop();
    }

    messaging::Messaging messaging;

  private:
    void add_routes(App& app);
    async::Task<> measure();

    Gauges gauges_;
    async::TaskGroup measuring_;
    async::Signal bell_;
    bool stopping_ = false;
};

async::Task<> Events::measure() {
    while (!stopping_) {
        try {
            async::Task<messaging::Figures> asking = messaging.figures();
            const messaging::Figures figures = co_await asking;
            gauges_.set(figures);
        } catch (const std::exception& error) {
            telemetry::log_warning("messaging not measured", {{"error", error.what()}});
        }
        co_await bell_.wait_for(measure_every);
    }
}

async::Task<DeadLetterPage> list_letters(messaging::DeadLetters& letters, int limit, std::string after) {
    async::Task<std::vector<messaging::DeadLetter>> listing = letters.list(limit, std::move(after));
    DeadLetterPage page;
    try {
        page.items = co_await listing;
    } catch (const std::invalid_argument& no_cursor) {
        throw http::HttpError{422, no_cursor.what()};
    }
    co_return page;
}

async::Task<Redriven> redrive_all(messaging::DeadLetters& letters, std::string who) {
    async::Task<int> redriving = letters.redrive_all(std::move(who));
    const int count = co_await redriving;
    co_return Redriven{count};
}

async::Task<NoContent> no_content_or_404(async::Task<bool> doing) {
    bool found = false;
    try {
        found = co_await doing;
    } catch (const messaging::Permanent& too_old) {
        throw http::HttpError{409, too_old.what()};
    }
    if (!found) throw http::HttpError{404, "No such dead letter"};
    co_return NoContent{};
}

void Events::add_routes(App& app) {
    auto settings = settings::load<EventSettings>(settings::Sources::from_process());
    messaging::DeadLetters* letters = &messaging.dead_letters();
    const auto services_only = require_service_token(std::move(settings.service_token));
    app.get("/internal/messaging", [this] { return backlog(messaging); }).hook(services_only).errors(401).hidden();
    Router& internal = app.router("/internal/dead-letters");
    internal.hook(services_only);
    internal
        .get("/", [letters](Query<Page> page) { return list_letters(*letters, page->limit, std::move(page->after)); })
        .errors(401)
        .hidden();
    internal.post("/redrive", [letters](Query<Operator> who) { return redrive_all(*letters, std::move(who->by)); })
        .errors(401)
        .hidden();
    internal
        .post("/{id}/redrive",
              [letters](std::string id, Query<Operator> who) {
                  return no_content_or_404(letters->redrive(std::move(id), std::move(who->by)));
              })
        .errors(401, 404, 409)
        .hidden();
    internal
        .post("/{id}/skip",
              [letters](std::string id, Body<Skip> skip) {
                  return no_content_or_404(letters->skip(std::move(id), std::move(skip->reason), std::move(skip->by)));
              })
        .errors(401, 404)
        .hidden();
}

}  // namespace

App& App::use(messaging::Broker& broker) {
    if (inside_->database == nullptr) {
        throw std::logic_error(
            "events are stored with the data that they speak of: app.use(database) goes before "
            "app.use(broker)");
    }
    add(std::make_unique<Events>(*this, *inside_->database, broker));
    return *this;
}

messaging::Messaging& App::messaging() {
    auto* events = find_part<Events>();
    if (events == nullptr)
        throw std::logic_error("events and jobs travel through a broker: app.use(broker) goes first");
    return events->messaging;
}

}  // namespace chassis::app
