#include "chassis/messaging/memory_broker.hpp"

namespace chassis::messaging {

class MemoryBroker::Member final : public Subscription {
  public:
    Member(MemoryBroker& broker, std::string group, std::vector<std::string> topics)
        : broker_(broker), group_(std::move(group)), topics_(std::move(topics)) {
        std::lock_guard lock(broker_.mutex_);
        broker_.members_.insert(this);
    }
    ~Member() override { leave(); }

    async::Task<std::vector<Message>> receive(std::size_t most, std::chrono::milliseconds wait) override {
        auto until = async::Context::Clock::now() + wait;
        std::vector<Message> received = take(most);
        while (received.empty() && !closed_) {
            bool notified = co_await news.wait_until(until);
            received = take(most);
            if (!notified) break;
        }
        co_return received;
    }

    async::Task<> acknowledge() override {
        std::lock_guard lock(broker_.mutex_);
        if (round_ != broker_.round_) taken_.clear();
        auto& positions = broker_.groups_[group_];
        for (auto& [topic, lanes] : taken_) {
            for (std::size_t lane = 0; lane < lane_count; ++lane) positions[topic][lane] += lanes[lane];
        }
        taken_.clear();
        co_return;
    }

    async::Task<> close() override {
        leave();
        closed_ = true;
        news.notify();
        co_return;
    }

    async::Signal news;

  private:
    std::vector<Message> take(std::size_t most) {
        std::lock_guard lock(broker_.mutex_);
        taken_.clear();
        round_ = broker_.round_;
        std::vector<Message> received;
        auto& holder = broker_.holders_[group_];
        if (holder == nullptr) holder = this;
        if (holder != this || closed_) return received;
        for (const auto& topic : topics_) {
            auto& positions = broker_.groups_[group_][topic];
            auto& lanes = broker_.topics_[topic];
            for (std::size_t lane = 0; lane < lane_count; ++lane) {
                for (std::size_t at = positions[lane]; at < lanes[lane].size() && received.size() < most; ++at) {
                    received.push_back(lanes[lane][at]);
                    ++taken_[topic][lane];
                }
            }
        }
        return received;
    }

    void leave() {
        std::lock_guard lock(broker_.mutex_);
        broker_.members_.erase(this);
        auto holder = broker_.holders_.find(group_);
        if (holder == broker_.holders_.end() || holder->second != this) return;
        holder->second = nullptr;
        for (Member* member : broker_.members_) member->news.notify();
    }

    MemoryBroker& broker_;
    const std::string group_;
    const std::vector<std::string> topics_;
    Positions taken_;
    int round_ = 0;
    bool closed_ = false;
};

async::Task<> MemoryBroker::publish(std::vector<Message> messages) {
    std::lock_guard lock(mutex_);
    const bool fails = failures_left_ > 0;
    if (fails) --failures_left_;
    if (!fails || failures_left_ % 2 == 1) {
        for (auto& message : messages) {
            if (!ids_.insert(message.id).second) continue;
            topics_[message.topic][lane_of(message.key)].push_back(std::move(message));
        }
        for (Member* member : members_) member->news.notify();
    }
    if (fails) throw BrokerError("the memory broker was told to fail");
    co_return;
}

std::unique_ptr<Subscription> MemoryBroker::subscribe(std::string group, std::vector<std::string> topics) {
    return std::make_unique<Member>(*this, std::move(group), std::move(topics));
}

void MemoryBroker::fail_publishes(int times) {
    std::lock_guard lock(mutex_);
    failures_left_ = times;
}

void MemoryBroker::deliver_again(const std::string& group) {
    std::lock_guard lock(mutex_);
    ++round_;
    groups_[group].clear();
    for (Member* member : members_) member->news.notify();
}

std::vector<Message> MemoryBroker::published(const std::string& topic) const {
    std::lock_guard lock(mutex_);
    std::vector<Message> all;
    auto found = topics_.find(topic);
    if (found == topics_.end()) return all;
    for (const auto& lane : found->second) all.insert(all.end(), lane.begin(), lane.end());
    return all;
}

}  // namespace chassis::messaging
