#include "services/broker/groups.hpp"

#include <gmock/gmock.h>

namespace broker {

namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

const std::set<std::string> orders{"order"};

class GroupsTest : public testing::Test {
  protected:
    GroupsTest() { groups.appended({{{"order", 0}, 3}, {{"order", 1}, 5}}); }

    static Who member(std::string name, std::string incarnation = "1") {
        return {"payment", std::move(name), std::move(incarnation)};
    }

    Groups groups{15s};
    const Groups::Clock::time_point now = Groups::Clock::now();
};

TEST_F(GroupsTest, a_lone_member_has_every_lane_from_the_beginning) {
    const auto readable = groups.ask(member("a"), orders, now);
    ASSERT_THAT(readable, SizeIs(2));
    EXPECT_EQ(readable[0].lane.lane, 0);
    EXPECT_EQ(readable[0].after, 0);
}

TEST_F(GroupsTest, whether_a_group_has_members_is_known_a_lease_after_the_start) {
    groups.restore({}, {}, now);
    EXPECT_THROW(groups.check_without_members("payment", now + 14s), Refused);
    EXPECT_NO_THROW(groups.check_without_members("payment", now + 15s));
    groups.ask(member("a"), orders, now + 16s);
    EXPECT_THROW(groups.check_without_members("payment", now + 17s), Refused);
    EXPECT_NO_THROW(groups.check_without_members("payment", now + 32s)) << "silent for longer than its lease";
}

TEST_F(GroupsTest, what_was_acknowledged_does_not_come_again) {
    groups.ask(member("a"), orders, now);
    const std::vector<Place> places{{"order", 0, 3}, {"order", 1, 2}};
    groups.give(member("a"), places);
    groups.check(member("a"), places, now);
    groups.acknowledged(member("a"), places);
    const auto readable = groups.ask(member("a"), orders, now);
    ASSERT_THAT(readable, SizeIs(1));
    EXPECT_EQ(readable[0].lane.lane, 1);
    EXPECT_EQ(readable[0].after, 2);
}

TEST_F(GroupsTest, what_was_given_and_not_acknowledged_comes_again) {
    groups.ask(member("a"), orders, now);
    groups.give(member("a"), std::vector<Place>{{"order", 0, 3}});
    EXPECT_THAT(groups.ask(member("a"), orders, now), SizeIs(2));
}

TEST_F(GroupsTest, two_members_share_the_lanes_and_none_has_one_that_the_other_works_on) {
    groups.ask(member("a"), orders, now);
    groups.give(member("a"), std::vector<Place>{{"order", 0, 3}, {"order", 1, 5}});
    EXPECT_THAT(groups.ask(member("b"), orders, now), IsEmpty()) << "a still works on both lanes";
    const auto of_a = groups.ask(member("a"), orders, now);
    const auto of_b = groups.ask(member("b"), orders, now);
    ASSERT_THAT(of_a, SizeIs(1));
    ASSERT_THAT(of_b, SizeIs(1));
    EXPECT_NE(of_a[0].lane, of_b[0].lane);
}

TEST_F(GroupsTest, the_lanes_of_a_silent_member_pass_on_after_its_lease) {
    groups.ask(member("a"), orders, now);
    groups.give(member("a"), std::vector<Place>{{"order", 0, 3}, {"order", 1, 5}});
    EXPECT_THAT(groups.ask(member("b"), orders, now + 15s), IsEmpty());
    EXPECT_THAT(groups.ask(member("b"), orders, now + 16s), SizeIs(2));
    EXPECT_THROW(groups.check(member("a"), std::vector<Place>{{"order", 0, 3}}, now + 16s), Fenced);
}

TEST_F(GroupsTest, a_later_incarnation_takes_the_place_of_an_earlier_one_at_once) {
    groups.ask(member("a", "1"), orders, now);
    groups.give(member("a", "1"), std::vector<Place>{{"order", 0, 3}});
    EXPECT_THAT(groups.ask(member("a", "2"), orders, now), SizeIs(2));
    EXPECT_THROW(groups.check(member("a", "1"), std::vector<Place>{{"order", 0, 3}}, now), Fenced);
    EXPECT_THROW(groups.ask(member("a", "1"), orders, now), Fenced);
}

TEST_F(GroupsTest, a_member_that_has_left_frees_its_lanes_and_is_none_any_more) {
    groups.ask(member("a"), orders, now);
    groups.give(member("a"), std::vector<Place>{{"order", 0, 3}, {"order", 1, 5}});
    groups.leave(member("a"));
    EXPECT_THAT(groups.ask(member("b"), orders, now), SizeIs(2));
    EXPECT_THROW(groups.ask(member("a"), orders, now), Fenced);
    EXPECT_NO_THROW(groups.ask(member("a", "2"), orders, now));
}

TEST_F(GroupsTest, nobody_acknowledges_what_it_was_not_given) {
    groups.ask(member("a"), orders, now);
    groups.give(member("a"), std::vector<Place>{{"order", 0, 2}});
    EXPECT_THROW(groups.check(member("a"), std::vector<Place>{{"order", 0, 3}}, now), Fenced);
    EXPECT_THROW(groups.check(member("a"), std::vector<Place>{{"order", 1, 1}}, now), Fenced);
}

TEST_F(GroupsTest, groups_do_not_disturb_each_other) {
    groups.ask(member("a"), orders, now);
    groups.give(member("a"), std::vector<Place>{{"order", 0, 3}, {"order", 1, 5}});
    EXPECT_THAT(groups.ask({"notification", "a", "1"}, orders, now), SizeIs(2));
}

TEST_F(GroupsTest, a_lane_that_is_being_read_is_not_given_to_a_member_that_comes) {
    ASSERT_THAT(groups.ask(member("a"), orders, now), SizeIs(2));
    EXPECT_THAT(groups.ask(member("b"), orders, now), IsEmpty());
    const std::vector<Place> places{{"order", 0, 3}, {"order", 1, 5}};
    EXPECT_NO_THROW(groups.give(member("a"), places));
}

TEST_F(GroupsTest, only_a_lane_that_was_asked_for_is_given) {
    groups.ask(member("a"), orders, now);
    groups.ask(member("b"), orders, now);
    const std::vector<Place> places{{"order", 0, 3}};
    EXPECT_THROW(groups.give(member("b"), places), Fenced);
}

}  // namespace

}  // namespace broker
