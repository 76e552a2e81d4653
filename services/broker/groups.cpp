#include "services/broker/groups.hpp"

#include <algorithm>

namespace broker {

void Groups::restore(Positions heads, std::map<std::string, Positions> acknowledged, Clock::time_point now) {
    const std::lock_guard guard(mutex_);
    restored_ = now;
    heads_ = std::move(heads);
    for (auto& [group, positions] : acknowledged) groups_[group].acknowledged = std::move(positions);
}

void Groups::appended(const Positions& last) {
    const std::lock_guard guard(mutex_);
    for (const auto& [lane, position] : last) {
        auto& head = heads_[lane];
        head = std::max(head, position);
    }
}

void Groups::forget_the_silent(Group& group, Clock::time_point now) const {
    std::erase_if(group.members, [&](const auto& entry) { return entry.second.heard + lease_ < now; });
}

// The lane is this member's by rank among those who want its topic, and nobody else still works on it.
bool Groups::may_have(const Group& group, const std::string& member, const Lane& lane) {
    std::size_t count = 0;
    std::size_t rank = 0;
    for (const auto& [name, other] : group.members) {
        if (!other.topics.contains(lane.topic)) continue;
        if (name == member) rank = count;
        ++count;
        if (name != member && other.given.contains(lane)) return false;
    }
    return static_cast<std::size_t>(lane.lane) % count == rank;
}

std::vector<Readable> Groups::ask(const Who& who, const std::set<std::string>& topics, Clock::time_point now) {
    const std::lock_guard guard(mutex_);
    auto& group = groups_[who.group];
    forget_the_silent(group, now);
    if (const auto left = group.left.find(who.member); left != group.left.end()) {
        if (who.incarnation <= left->second) throw Fenced(who.member + " has left group " + who.group);
        group.left.erase(left);
    }
    auto& member = group.members[who.member];
    if (who.incarnation < member.incarnation) {
        throw Fenced("a later incarnation of " + who.member + " has taken its place in group " + who.group);
    }
    member = {.incarnation = who.incarnation, .topics = topics, .heard = now, .given = {}};
    std::vector<Readable> readable;
    for (const auto& topic : topics) {
        for (auto at = heads_.lower_bound({topic, 0}); at != heads_.end() && at->first.topic == topic; ++at) {
            const auto done = group.acknowledged.find(at->first);
            const auto after = done == group.acknowledged.end() ? 0 : done->second;
            if (after >= at->second || !may_have(group, who.member, at->first)) continue;
            // Its own from here on: while it is being read, a member that comes does not get it as well.
            member.given[at->first] = after;
            readable.push_back({at->first, after});
        }
    }
    return readable;
}

Groups::Member& Groups::member_of(const Who& who) {
    const auto group = groups_.find(who.group);
    if (group != groups_.end()) {
        const auto member = group->second.members.find(who.member);
        if (member != group->second.members.end() && member->second.incarnation == who.incarnation)
            return member->second;
    }
    throw Fenced(who.member + " is not a member of group " + who.group + " (any more)");
}

void Groups::give(const Who& who, std::span<const Place> last) {
    const std::lock_guard guard(mutex_);
    auto& member = member_of(who);
    for (const auto& place : last) {
        const auto given = member.given.find({place.topic, place.lane});
        if (given == member.given.end()) throw Fenced(who.member + " has asked again meanwhile");
        given->second = place.position;
    }
}

void Groups::check(const Who& who, std::span<const Place> places, Clock::time_point now) {
    const std::lock_guard guard(mutex_);
    const auto group = groups_.find(who.group);
    if (group != groups_.end()) forget_the_silent(group->second, now);
    auto& member = member_of(who);
    member.heard = now;
    for (const auto& place : places) {
        const auto given = member.given.find({place.topic, place.lane});
        if (given == member.given.end() || given->second < place.position) {
            throw Fenced(who.member + " was not given lane " + std::to_string(place.lane) + " of topic " + place.topic +
                         " up to " + std::to_string(place.position));
        }
    }
}

void Groups::acknowledged(const Who& who, std::span<const Place> places) {
    const std::lock_guard guard(mutex_);
    auto& group = groups_[who.group];
    const auto member = group.members.find(who.member);
    for (const auto& place : places) {
        const Lane lane{place.topic, place.lane};
        auto& position = group.acknowledged[lane];
        position = std::max(position, place.position);
        if (member != group.members.end() && member->second.incarnation == who.incarnation)
            member->second.given.erase(lane);
    }
}

void Groups::leave(const Who& who) {
    const std::lock_guard guard(mutex_);
    auto& group = groups_[who.group];
    auto& left = group.left[who.member];
    left = std::max(left, who.incarnation);
    const auto member = group.members.find(who.member);
    if (member != group.members.end() && member->second.incarnation <= who.incarnation) group.members.erase(member);
}

void Groups::check_next(const std::string& group, const Place& place) const {
    const std::lock_guard guard(mutex_);
    const Lane lane{place.topic, place.lane};
    const auto head = heads_.find(lane);
    const auto found = groups_.find(group);
    std::int64_t done = 0;
    if (found != groups_.end()) {
        if (const auto at = found->second.acknowledged.find(lane); at != found->second.acknowledged.end()) {
            done = at->second;
        }
    }
    if (found == groups_.end() || head == heads_.end() || place.position > head->second || place.position != done + 1) {
        throw Refused("position " + std::to_string(place.position) + " is not the next of lane " +
                      std::to_string(place.lane) + " of topic " + place.topic + " for group " + group);
    }
}

void Groups::skipped(const std::string& group, const Place& place) {
    const std::lock_guard guard(mutex_);
    auto& position = groups_[group].acknowledged[{place.topic, place.lane}];
    position = std::max(position, place.position);
}

void Groups::check_without_members(const std::string& group, Clock::time_point now) {
    const std::lock_guard guard(mutex_);
    if (now < restored_ + lease_)
        throw Refused("the broker has just started: whether the group has members is not known");
    const auto found = groups_.find(group);
    if (found == groups_.end()) return;
    forget_the_silent(found->second, now);
    if (!found->second.members.empty()) throw Refused("group " + group + " has members");
}

void Groups::forget(const std::string& group) {
    const std::lock_guard guard(mutex_);
    groups_.erase(group);
}

std::vector<Groups::Lag> Groups::lags() const {
    const std::lock_guard guard(mutex_);
    std::vector<Lag> all;
    for (const auto& [name, group] : groups_) {
        std::set<std::string> topics;
        for (const auto& [member, state] : group.members) topics.insert(state.topics.begin(), state.topics.end());
        for (const auto& [lane, position] : group.acknowledged) topics.insert(lane.topic);
        Lag lag{.group = name, .members = static_cast<int>(group.members.size()), .records = 0};
        for (const auto& [lane, head] : heads_) {
            if (!topics.contains(lane.topic)) continue;
            const auto done = group.acknowledged.find(lane);
            lag.records += head - (done == group.acknowledged.end() ? 0 : done->second);
        }
        all.push_back(std::move(lag));
    }
    return all;
}

}  // namespace broker
