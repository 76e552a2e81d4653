#include "chassis/discovery/endpoint_breakers.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace chassis::discovery {
namespace {

using namespace std::chrono_literals;

const std::vector<Endpoint> both{{"127.0.0.1", 1}, {"127.0.0.1", 2}};

EndpointBreakers impatient() { return EndpointBreakers({.least_calls = 1, .open_for = 1h}); }

TEST(EndpointBreakersTest, it_goes_round) {
    auto breakers = impatient();
    EXPECT_EQ(breakers.choose(both, 0)->endpoint.port, 1);
    EXPECT_EQ(breakers.choose(both, 1)->endpoint.port, 2);
    EXPECT_EQ(breakers.choose(both, 2)->endpoint.port, 1);
}

TEST(EndpointBreakersTest, a_failing_endpoint_is_left_out_and_the_others_are_not) {
    auto breakers = impatient();
    breakers.choose(both, 0)->permit.failed();
    EXPECT_EQ(breakers.choose(both, 0)->endpoint.port, 2);
    EXPECT_EQ(breakers.choose(both, 2)->endpoint.port, 2);
    breakers.choose(both, 1)->permit.failed();
    EXPECT_FALSE(breakers.choose(both, 0));
}

TEST(EndpointBreakersTest, an_endpoint_that_went_away_is_forgotten) {
    auto breakers = impatient();
    const std::vector<Endpoint> one{both[0]};
    const std::vector<Endpoint> another{both[1]};
    auto late = breakers.choose(one, 0);
    breakers.choose(one, 0)->permit.failed();
    EXPECT_TRUE(breakers.choose(another, 0));
    EXPECT_TRUE(breakers.choose(one, 0)) << "what failed under this address was another process";
    late->permit.failed();
    EXPECT_TRUE(breakers.choose(one, 0));
}

TEST(EndpointBreakersTest, there_is_nothing_to_choose_from_nothing) { EXPECT_FALSE(impatient().choose({}, 0)); }

TEST(EndpointBreakersTest, a_setting_outside_of_its_range_is_refused_at_once) {
    EXPECT_THROW(EndpointBreakers({.least_calls = 0}), std::invalid_argument);
}

}  // namespace
}  // namespace chassis::discovery
