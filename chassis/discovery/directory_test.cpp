#include "chassis/discovery/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace chassis::discovery {
namespace {

TEST(StaticDirectoryTest, gives_the_endpoints_of_a_service) {
    const StaticDirectory directory("product=127.0.0.1:4001, cart=localhost:4002,product=[::1]:4003");
    EXPECT_THAT(directory.endpoints("product"),
                testing::ElementsAre(Endpoint{"127.0.0.1", 4001}, Endpoint{"::1", 4003}));
    EXPECT_THAT(directory.endpoints("cart"), testing::ElementsAre(Endpoint{"localhost", 4002}));
    EXPECT_THAT(directory.endpoints("order"), testing::IsEmpty());
}

TEST(StaticDirectoryTest, nothing_is_an_empty_list) {
    EXPECT_THAT(StaticDirectory("").endpoints(""), testing::IsEmpty());
}

TEST(StaticDirectoryTest, a_part_that_cannot_be_read_is_named) {
    for (const char* bad : {"product", "=127.0.0.1:1", "product=127.0.0.1", "product=:1", "product=h:0",
                            "product=h:65536", "product=h:1x", "product=::1:80", "product=h:1,,cart=h:2"}) {
        EXPECT_THROW(StaticDirectory{bad}, std::invalid_argument) << bad;
    }
    try {
        StaticDirectory("cart=h:1,product=h");
        FAIL() << "nothing was thrown";
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(error.what(), "not of the form service=host:port: \"product=h\"");
    }
}

TEST(EndpointTest, its_url_has_brackets_around_an_ipv6_address) {
    EXPECT_EQ((Endpoint{"127.0.0.1", 80}).url(), "http://127.0.0.1:80");
    EXPECT_EQ((Endpoint{"::1", 80}).url(), "http://[::1]:80");
}

}  // namespace
}  // namespace chassis::discovery
