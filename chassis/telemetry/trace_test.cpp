#include "chassis/telemetry/trace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <stdexcept>

#include "chassis/async/run.hpp"
#include "chassis/async/timer.hpp"
#include "chassis/async/when_all.hpp"
#include "chassis/telemetry/exporter.hpp"
#include "chassis/telemetry/span_queue.hpp"

namespace chassis::telemetry {
namespace {

using namespace std::chrono_literals;

// Keeps what is recorded, without a sender.
class TraceTest : public testing::Test {
  protected:
    TraceTest() { SpanQueue::instance().open(100, 100, 1); }
    ~TraceTest() override { SpanQueue::instance().close(); }

    std::vector<SpanRecord> recorded() {
        std::vector<SpanRecord> spans;
        SpanQueue::instance().take(spans, 100);
        return spans;
    }
};

TEST_F(TraceTest, a_span_inside_another_is_its_child) {
    {
        Span outer("outer");
        Span inner("inner", SpanKind::client);
    }
    const auto spans = recorded();
    ASSERT_EQ(spans.size(), 2u);
    EXPECT_EQ(spans[0].name, "inner");
    EXPECT_EQ(spans[0].kind, SpanKind::client);
    EXPECT_EQ(spans[0].trace.trace_id, spans[1].trace.trace_id);
    EXPECT_EQ(spans[0].parent, spans[1].trace.span_id);
    EXPECT_EQ(spans[1].parent, (std::array<std::uint8_t, 8>{}));
}

async::Task<> work_in(std::string_view name) {
    Span span(name);
    co_await async::sleep_for(1ms);
    Span child("child");
    EXPECT_EQ(child.trace().trace_id, span.trace().trace_id);
}

async::Task<> two_at_once() {
    Span span("parent");
    std::vector<async::Task<>> tasks;
    tasks.push_back(work_in("left"));
    tasks.push_back(work_in("right"));
    co_await async::when_all(std::move(tasks));
    EXPECT_EQ(async::Context::current()->trace, span.trace());
}

TEST_F(TraceTest, spans_of_tasks_that_run_at_once_do_not_mix) {
    async::run(two_at_once());
    auto spans = recorded();
    ASSERT_EQ(spans.size(), 5u);
    const auto find = [&](std::string_view name) {
        return std::ranges::find(spans, name, &SpanRecord::name)->trace.span_id;
    };
    int children_of_left = 0;
    int children_of_right = 0;
    for (const auto& span : spans) {
        if (span.name == "left" || span.name == "right") {
            EXPECT_EQ(span.parent, find("parent"));
        }
        if (span.name == "child" && span.parent == find("left")) ++children_of_left;
        if (span.name == "child" && span.parent == find("right")) ++children_of_right;
    }
    EXPECT_EQ(children_of_left, 1);
    EXPECT_EQ(children_of_right, 1);
}

TEST_F(TraceTest, a_span_keeps_the_deadline_of_what_it_is_part_of) {
    async::Context context{.deadline = async::Context::Clock::now() + 1h};
    async::Context::Scope scope(context);
    Span span("work");
    EXPECT_EQ(async::Context::current_deadline(), context.deadline);
}

TEST_F(TraceTest, a_span_may_follow_one_of_another_process) {
    const auto parent = base::TraceContext::generate(true);
    {
        Span span("consume", SpanKind::consumer, parent);
    }
    const auto spans = recorded();
    ASSERT_EQ(spans.size(), 1u);
    EXPECT_EQ(spans[0].trace.trace_id, parent.trace_id);
    EXPECT_EQ(spans[0].parent, parent.span_id);
}

TEST_F(TraceTest, what_the_caller_does_not_sample_is_not_recorded) {
    {
        Span span("consume", SpanKind::consumer, base::TraceContext::generate(false));
    }
    EXPECT_TRUE(recorded().empty());
}

TEST_F(TraceTest, an_exception_that_passes_marks_the_span_as_failed) {
    try {
        Span span("work");
        throw std::runtime_error("no");
    } catch (const std::runtime_error&) {
    }
    {
        Span span("other work");
    }
    const auto spans = recorded();
    ASSERT_EQ(spans.size(), 2u);
    EXPECT_TRUE(spans[0].failed);
    EXPECT_FALSE(spans[1].failed);
}

TEST(TraceWithoutExporterTest, nothing_is_sampled_and_ids_are_there_all_the_same) {
    Span span("work");
    EXPECT_TRUE(span.trace().valid());
    EXPECT_FALSE(span.trace().sampled);
}

TEST(OtlpTest, a_document_follows_the_specification) {
    SpanRecord span;
    span.trace.trace_id.fill(0xAB);
    span.trace.span_id.fill(0x01);
    span.parent.fill(0x02);
    span.name = "charge \"card\"";
    span.kind = SpanKind::client;
    span.start = std::chrono::system_clock::time_point(1s);
    span.duration = 2us;
    span.attributes = {{"n", 7}, {"ok", true}, {"x", 0.5}, {"text", "y"}};
    span.failed = true;
    span.message = "declined";
    EXPECT_EQ(
        to_otlp_json("payment", {&span, 1}),
        R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"payment"}}]},)"
        R"("scopeSpans":[{"scope":{"name":"neighborhood"},"spans":[{"traceId":"abababababababababababababababab",)"
        R"("spanId":"0101010101010101","parentSpanId":"0202020202020202","name":"charge \"card\"","kind":3,)"
        R"("startTimeUnixNano":"1000000000","endTimeUnixNano":"1000002000","attributes":[)"
        R"({"key":"n","value":{"intValue":"7"}},{"key":"ok","value":{"boolValue":true}},)"
        R"({"key":"x","value":{"doubleValue":0.5}},{"key":"text","value":{"stringValue":"y"}}],)"
        R"("status":{"code":2,"message":"declined"}}]}]}]})");
}

// Runs an exporter over a sender that a test steers.
class ExporterTest : public testing::Test {
  protected:
    async::Task<bool> receive(std::string document) {
        documents.push_back(std::move(document));
        receiving.notify();
        co_return answers.empty() ? true : std::exchange(answers.front(), true);
    }

    std::unique_ptr<TraceExporter> make(TraceExporter::Settings settings) {
        settings.service = "test";
        return std::make_unique<TraceExporter>(std::move(settings),
                                               [this](std::string document) { return receive(std::move(document)); });
    }

    std::vector<std::string> documents;
    std::deque<bool> answers;
    async::Signal receiving;
};

async::Task<> stop_and_run(TraceExporter& exporter) {
    exporter.stop();
    co_await exporter.run();
}

TEST_F(ExporterTest, stopping_sends_what_is_left) {
    auto exporter = make({.batch = 2});
    for (int i = 0; i < 5; ++i) Span span("work");
    async::run(stop_and_run(*exporter));
    EXPECT_EQ(documents.size(), 3u);
}

TEST_F(ExporterTest, a_full_queue_drops_and_counts) {
    auto exporter = make({.queue = 3});
    for (int i = 0; i < 5; ++i) Span span("work");
    EXPECT_EQ(exporter->dropped(), 2u);
}

async::Task<> send_until_taken(TraceExporter& exporter, async::Signal& receiving, std::size_t times,
                               const std::vector<std::string>& documents) {
    while (documents.size() < times) co_await receiving.wait();
    exporter.stop();
}

TEST_F(ExporterTest, a_batch_that_was_not_taken_is_sent_again) {
    answers = {false};
    auto exporter = make({.interval = 1ms});
    {
        Span span("work");
    }
    std::vector<async::Task<>> tasks;
    tasks.push_back(exporter->run());
    tasks.push_back(send_until_taken(*exporter, receiving, 2, documents));
    async::run(async::when_all(std::move(tasks)));
    ASSERT_EQ(documents.size(), 2u);
    EXPECT_EQ(documents[0], documents[1]);
}

async::Task<bool> refuse(std::string) {
    Span span("sending");
    co_return false;
}

TEST_F(ExporterTest, a_collector_that_is_away_does_not_hold_up_the_end_nor_trace_itself) {
    TraceExporter exporter({.service = "test"}, refuse);
    {
        Span span("work");
    }
    async::run(stop_and_run(exporter));
    std::vector<SpanRecord> left;
    SpanQueue::instance().take(left, 10);
    EXPECT_TRUE(left.empty());
}

TEST_F(ExporterTest, stopping_while_it_pauses_tries_once_more_however_much_is_left) {
    const auto refuse_the_first_four = [this](std::string document) -> async::Task<bool> {
        bool taken = co_await receive(std::move(document));
        co_return taken&& documents.size() > 4;
    };
    // The full batch has rung the bell, so it is the second pause that lasts.
    TraceExporter exporter({.service = "test", .batch = 1, .interval = 100ms}, refuse_the_first_four);
    for (int i = 0; i < 2; ++i) Span span("work");
    std::vector<async::Task<>> tasks;
    tasks.push_back(exporter.run());
    tasks.push_back(send_until_taken(exporter, receiving, 2, documents));
    async::run(async::when_all(std::move(tasks)));
    EXPECT_EQ(documents.size(), 3u);
}

TEST_F(ExporterTest, there_is_one_in_a_process) {
    auto exporter = make({});
    EXPECT_THROW(make({}), std::logic_error);
    exporter.reset();
    EXPECT_NO_THROW(make({}));
}

}  // namespace
}  // namespace chassis::telemetry
