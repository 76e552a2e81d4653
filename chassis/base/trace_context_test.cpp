#include "chassis/base/trace_context.hpp"

#include <gtest/gtest.h>

namespace chassis::base {
namespace {

constexpr std::string_view example = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(TraceContextTest, what_is_parsed_is_written_again) {
    auto context = TraceContext::parse(example);
    ASSERT_TRUE(context);
    EXPECT_TRUE(context->sampled);
    EXPECT_EQ(context->trace_id_hex(), "0af7651916cd43dd8448eb211c80319c");
    EXPECT_EQ(context->span_id_hex(), "b7ad6b7169203331");
    EXPECT_EQ(context->traceparent(), example);
}

TEST(TraceContextTest, a_child_keeps_the_trace_and_the_decision_and_has_its_own_span) {
    auto parent = TraceContext::generate(true);
    auto child = parent.child();
    EXPECT_EQ(child.trace_id, parent.trace_id);
    EXPECT_NE(child.span_id, parent.span_id);
    EXPECT_TRUE(child.sampled);
    EXPECT_TRUE(child.valid());
}

TEST(TraceContextTest, a_later_version_may_have_more_fields_and_the_first_may_not) {
    std::string text(example);
    EXPECT_FALSE(TraceContext::parse(text + "-extra"));
    text[1] = '1';
    EXPECT_TRUE(TraceContext::parse(text + "-extra"));
    EXPECT_FALSE(TraceContext::parse(text + "extra"));
}

TEST(TraceContextTest, what_the_standard_forbids_is_refused) {
    for (std::string_view text : {"", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                                  "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                  "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                                  "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                                  "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                                  "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
                                  "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}) {
        EXPECT_FALSE(TraceContext::parse(text)) << text;
    }
}

}  // namespace
}  // namespace chassis::base
