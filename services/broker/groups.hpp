// Who receives what: the members of each consumer group, and the lanes that each of them has. At any time a lane
// belongs to one member of a group; it passes on only when that member has acknowledged what it was given, has left, or
// has not been heard of for the length of its lease.
//
// This is the memory of one broker process. What has to survive it (the log, what was acknowledged) is on the disk;
// members come back by asking again.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "services/broker/log.hpp"

namespace broker {

using chassis::messaging::wire::Who;

// The member does not have (any more) what it speaks of: a later incarnation or another member has it.
struct Fenced : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// What an operator asked for does not fit what there is.
struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A lane that a member may read, and from where.
struct Readable {
    Lane lane;
    std::int64_t after;
};

// Any thread may call; nothing waits.
class Groups {
  public:
    using Clock = std::chrono::steady_clock;

    explicit Groups(std::chrono::milliseconds lease) : lease_(lease) {}

    // What is on the disk, once, at start.
    void restore(Positions heads, std::map<std::string, Positions> acknowledged, Clock::time_point now);

    // Records were appended up to these positions.
    void appended(const Positions& last);

    // The member asks: it is one from now on, keeps its lease, and what it was given before and did not acknowledge is
    // to be given again. Returns its lanes that hold something new. Throws Fenced when a later incarnation of it has
    // asked.
    std::vector<Readable> ask(const Who& who, const std::set<std::string>& topics, Clock::time_point now);

    // The member is given everything up to these places of lanes that ask() returned. Throws Fenced when it is not a
    // member any more, or has asked again.
    void give(const Who& who, std::span<const Place> last);

    // Throws Fenced unless the member was given what it acknowledges. Call it before the disk is written, and
    // acknowledged() after.
    void check(const Who& who, std::span<const Place> places, Clock::time_point now);
    void acknowledged(const Who& who, std::span<const Place> places);

    // The member's lanes are free for others, and this incarnation is none any more: what it still asks is Fenced.
    void leave(const Who& who);

    // Throws Refused unless this place is the next that the group has to acknowledge. Call it before the disk is
    // written, and skipped() after.
    void check_next(const std::string& group, const Place& place) const;
    void skipped(const std::string& group, const Place& place);

    // Throws Refused while the group has members, and for the length of a lease after restore(), when those that it has
    // may not have asked yet. Call it before the disk is written, and forget() after.
    void check_without_members(const std::string& group, Clock::time_point now);
    void forget(const std::string& group);

    struct Lag {
        std::string group;
        int members;
        std::int64_t records;  // appended and not yet acknowledged
    };
    std::vector<Lag> lags() const;

  private:
    struct Member {
        std::string incarnation;
        std::set<std::string> topics;
        Clock::time_point heard;
        Positions given;
    };
    struct Group {
        std::map<std::string, Member> members;
        // The last incarnation of each member that has left.
        std::map<std::string, std::string> left;
        Positions acknowledged;
    };

    Member& member_of(const Who& who);
    void forget_the_silent(Group& group, Clock::time_point now) const;
    static bool may_have(const Group& group, const std::string& member, const Lane& lane);

    const std::chrono::milliseconds lease_;
    mutable std::mutex mutex_;
    Clock::time_point restored_{};
    Positions heads_;
    std::map<std::string, Group> groups_;
};

}  // namespace broker
